-- One row per run and entity: what became of every row ever landed, as that run saw it.
-- landed = valid + quarantined + replaced + deduplicated, always.
with

run as (

    select * from {{ source('landed', 'run') }}

),

door as (

    select
        entity,
        cast(sum(rows_landed) as bigint) as landed,
        cast(sum(rows_quarantined) as bigint) as refused_at_the_door
    from {{ source('landed', 'batches') }}
    group by entity

),

fates as (

    select
        entity,
        cast(sum(case when fate = 'current' then row_count else 0 end) as bigint) as valid,
        cast(sum(case when fate = 'quarantined' then row_count else 0 end) as bigint) as refused_later,
        cast(sum(case when fate = 'replaced' then row_count else 0 end) as bigint) as replaced,
        cast(sum(case when fate = 'deduplicated' then row_count else 0 end) as bigint) as deduplicated
    from {{ ref('int_row_fates') }}
    group by entity

),

unresolved as (

    select
        entity,
        {{ dbt.concat([
            "'{'",
            dbt.listagg(
                dbt.concat(["'\"'", "reference_column", "'\": '", dbt.safe_cast("unresolved_count", dbt.type_string())]),
                "', '",
                "order by reference_column"
            ),
            "'}'",
        ]) }} as unresolved_references
    from {{ ref('int_unresolved_references') }}
    group by entity

),

this_run as (

    select
        run.run_id,
        run.run_at,
        measured.entity,
        coalesce(door.landed, 0) as landed,
        coalesce(fates.valid, 0) as valid,
        coalesce(door.refused_at_the_door, 0) + coalesce(fates.refused_later, 0) as quarantined,
        coalesce(fates.replaced, 0) as replaced,
        coalesce(fates.deduplicated, 0) as deduplicated,
        coalesce(unresolved.unresolved_references, '{}') as unresolved_references,
        measured.completeness,
        cast(measured.staleness as bigint) as staleness

    from {{ ref('int_entities_measured') }} as measured
    cross join run
    -- left, all of them: an entity without files is empty, not missing
    left join door
        on measured.entity = door.entity
    left join fates
        on measured.entity = fates.entity
    left join unresolved
        on measured.entity = unresolved.entity

),

earlier_runs as (

    select published.*
    from {{ source('landed', 'published_data_quality') }} as published
    left join run
        on published.run_id = run.run_id
    where run.run_id is null

)

select * from this_run
union all
select
    run_id,
    run_at,
    entity,
    landed,
    valid,
    quarantined,
    replaced,
    deduplicated,
    unresolved_references,
    completeness,
    staleness
from earlier_runs

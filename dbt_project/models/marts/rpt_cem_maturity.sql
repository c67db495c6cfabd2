-- One row per quarter and dimension of customer experience management: its level, the figures behind it, and what comes next.
with

judged as (

    select * from {{ ref('int_maturity_judged') }}

),

levels as (

    select
        quarter_start_date,
        dimension,
        level,
        min(case when is_met then 1 else 0 end) as is_met,
        row_number() over (partition by quarter_start_date, dimension order by level) as place
    from judged
    group by quarter_start_date, dimension, level

),

levels_so_far as (

    select
        quarter_start_date,
        dimension,
        level,
        min(is_met) over (
            partition by quarter_start_date, dimension order by level rows between unbounded preceding and current row
        ) = 1
        -- level 2 stands in the first place: a level further up has one below it without criteria
        and level = place + 1 as is_reached
    from levels

),

reached as (

    select
        quarter_start_date,
        dimension,
        max(case when is_reached then level else 1 end) as level
    from levels_so_far
    group by quarter_start_date, dimension

),

figures as (

    select distinct
        quarter_start_date,
        dimension,
        kpi,
        coalesce({{ dbt.safe_cast(rounded_to_three("kpi_value"), dbt.type_string()) }}, 'unknown') as kpi_text
    from judged

),

evidence as (

    select
        quarter_start_date,
        dimension,
        {{ dbt.listagg(dbt.concat(["kpi", "' = '", "kpi_text"]), "', '", "order by " ~ byte_order("kpi")) }} as evidence
    from figures
    group by quarter_start_date, dimension

),

missing as (

    select
        judged.quarter_start_date,
        judged.dimension,
        {{ dbt.listagg("judged.description", "', '", "order by " ~ byte_order("judged.kpi")) }} as next_step

    from judged
    inner join reached
        on judged.quarter_start_date = reached.quarter_start_date
        and judged.dimension = reached.dimension
        and judged.level = reached.level + 1
    where not judged.is_met
    group by judged.quarter_start_date, judged.dimension

)

select
    reached.quarter_start_date,
    reached.dimension,
    cast(reached.level as bigint) as level,
    evidence.evidence,
    missing.next_step

from reached
inner join evidence
    on reached.quarter_start_date = evidence.quarter_start_date
    and reached.dimension = evidence.dimension
-- left: at the top nothing is missing
left join missing
    on reached.quarter_start_date = missing.quarter_start_date
    and reached.dimension = missing.dimension

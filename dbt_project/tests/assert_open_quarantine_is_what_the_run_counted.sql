-- Each refused row can be looked up: as many open rows as rpt_data_quality says this run quarantined, entity by entity.
{{ config(meta={"sentence": "rpt_quarantine does not show exactly the rows that this run quarantined"}) }}
with

open_rows as (

    select
        entity,
        count(*) as row_count
    from {{ ref('rpt_quarantine') }}
    where status = 'open'
    group by entity

),

counted as (

    select
        quality.entity,
        quality.quarantined as row_count
    from {{ ref('rpt_data_quality') }} as quality
    inner join {{ source('landed', 'run') }} as run
        on quality.run_id = run.run_id

)

select
    coalesce(counted.entity, open_rows.entity) as entity,
    counted.row_count as counted_rows,
    open_rows.row_count as open_rows
from counted
full outer join open_rows
    on counted.entity = open_rows.entity
where coalesce(counted.row_count, 0) <> coalesce(open_rows.row_count, 0)

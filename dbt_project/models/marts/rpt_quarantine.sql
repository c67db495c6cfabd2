-- One row per landed row that was ever refused, each as often as it landed, with the whole row as it came.
-- A row whose reason has gone (its parent arrived, a rate was added) stays on record as released.
with

open_rows as (

    select
        refused.entity,
        refused.row_key,
        refused.rule,
        refused.reason,
        refused.file,
        refused.row_number,
        refused.run_id,
        row_contents.content,
        refused.first_seen_at,
        refused.row_id
    from {{ ref('int_rows_refused') }} as refused
    inner join {{ source('landed', 'row_contents') }} as row_contents
        on refused.row_id = row_contents.row_id

    union all

    select
        entity,
        row_key,
        rule,
        reason,
        file,
        row_number,
        run_id,
        content,
        first_seen_at,
        row_id
    from {{ source('landed', 'door_quarantine') }}

),

released_rows as (

    select published.*
    from {{ source('landed', 'published_quarantine') }} as published
    left join open_rows
        on published.row_id = open_rows.row_id
    where open_rows.row_id is null

)

select
    entity,
    row_key,
    rule,
    reason,
    file,
    row_number,
    run_id,
    content,
    'open' as status,
    first_seen_at,
    row_id
from open_rows

union all

select
    entity,
    row_key,
    rule,
    reason,
    file,
    row_number,
    run_id,
    content,
    'released' as status,
    first_seen_at,
    row_id
from released_rows

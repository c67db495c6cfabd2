-- Tickets that were deleted, scrubbed or have vanished: what was said about them is not counted, as in Zendesk's own reports.
with

tickets as (

    select
        source_relation,
        id,
        status,
        is_gone,
        row_number() over (
            partition by source_relation, record_key
            order by version_at desc, _landing_order desc
        ) as newest_first
    from {{ source('zendesk', 'ticket') }}
    where id is not null

)

select
    source_relation,
    id as ticket_id

from tickets
where
    newest_first = 1
    and (is_gone or status = 'deleted')

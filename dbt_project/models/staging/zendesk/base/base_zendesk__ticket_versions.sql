-- One row per version of a ticket that is not wiped out. A deleted one stays (its status says so), a scrubbed one does not,
-- nor one that vanished without being called deleted. Versions of one updated_at are one: Zendesk's own housekeeping moves
-- its export's stamp without it, and the newest of them counts.
with

tickets as (

    select
        ticket.*,
        row_number() over (
            partition by ticket.source_relation, ticket.record_key, ticket.updated_at
            order by ticket.version_at desc, ticket._landing_order desc
        ) as newest_of_its_updated_at,
        row_number() over (
            partition by ticket.source_relation, ticket.record_key
            order by ticket.version_at desc, ticket._landing_order desc
        ) as newest_first
    from {{ source('zendesk', 'ticket') }} as ticket
    where ticket.id is not null

),

last_seen as (

    select
        source_relation,
        record_key,
        status = 'deleted' as is_deleted,
        status = 'deleted' and subject = 'SCRUBBED' as is_scrubbed
    from tickets
    where newest_first = 1

)

select
    tickets.*,
    tickets.newest_first = 1 as is_newest

from tickets
inner join last_seen
    on tickets.source_relation = last_seen.source_relation
    and tickets.record_key = last_seen.record_key
where
    tickets.newest_of_its_updated_at = 1
    and not coalesce(last_seen.is_scrubbed, false)
    and (not tickets.is_gone or coalesce(last_seen.is_deleted, false))

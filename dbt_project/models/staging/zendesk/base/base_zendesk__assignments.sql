-- From when on a ticket was whose: one row per change of its agent or its group.
select
    source_relation,
    ticket_id,
    field_name,
    nullif(value_id, '') as value_id,
    changed_instant,
    lead(changed_instant) over (
        partition by source_relation, ticket_id, field_name
        order by changed_instant, event_id
    ) as next_instant

from {{ ref('base_zendesk__field_changes') }}
where field_name in ('assignee_id', 'group_id')

-- What a ticket's history of statuses tells, for dresses without Zendesk's own metrics: how often it was taken up again
-- after it was solved, and when it was solved last.
with

changes as (

    select
        source_relation,
        ticket_id,
        changed_at,
        changed_instant,
        value in ('solved', 'closed') as is_done,
        coalesce(lag(value) over (
            partition by source_relation, ticket_id
            order by changed_instant
        ) in ('solved', 'closed'), false) as was_done

    from {{ ref('base_zendesk__field_changes') }}
    where
        is_history
        and field_name = 'status'
        and value <> 'deleted'

),

solved as (

    select
        source_relation,
        ticket_id,
        changed_at,
        row_number() over (
            partition by source_relation, ticket_id
            order by changed_instant desc
        ) as latest_first
    from changes
    where is_done and not was_done

)

select
    changes.source_relation,
    changes.ticket_id,
    sum(case when not changes.is_done and changes.was_done then 1 else 0 end) as reopen_count,
    max(solved.changed_at) as solved_at

from changes
left join solved
    on
        changes.source_relation = solved.source_relation
        and changes.ticket_id = solved.ticket_id
        and solved.latest_first = 1
group by changes.source_relation, changes.ticket_id

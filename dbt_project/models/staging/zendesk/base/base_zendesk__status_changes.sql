-- What a ticket's history of statuses tells, for dresses without Zendesk's own metrics: how often it was taken up again
-- after it was solved, and when it was solved for good.
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

turns as (

    select
        changes.*,
        row_number() over (
            partition by changes.source_relation, changes.ticket_id
            order by changes.changed_instant desc
        ) as latest_first
    from changes
    where changes.is_done <> changes.was_done

)

select
    changes.source_relation,
    changes.ticket_id,
    sum(case when not changes.is_done and changes.was_done then 1 else 0 end) as reopen_count,
    -- taken up again after that, it is not solved
    max(case when last_turns.is_done then last_turns.changed_at end) as solved_at

from changes
left join turns as last_turns
    on changes.source_relation = last_turns.source_relation
    and changes.ticket_id = last_turns.ticket_id
    and last_turns.latest_first = 1
group by changes.source_relation, changes.ticket_id

-- One row per legacy rating ever given or offered, from rating records or from the history of a ticket's satisfaction_score,
-- with the agent and group that had the ticket then. A ticket that was answered in the newer survey has its rating there:
-- Zendesk writes a good or bad beside it, which would count the same opinion twice.
with

from_records as (

    select
        rating.source_relation,
        rating.ticket_id,
        lower(trim(rating.score)) as score,
        rating.comment,
        {{ instant_text('rating.created_at') }} as first_at,
        {{ instant_text('coalesce(rating.updated_at, rating.created_at)') }} as rated_at,
        rating.assignee_id,
        rating.group_id,
        rating._run_id,
        rating._file,
        rating._row_number,
        rating._landed_at,
        rating._landing_order
    from {{ source('zendesk', 'satisfaction_rating') }} as rating
    where not rating.is_gone

),

from_history as (

    select
        scores.source_relation,
        scores.ticket_id,
        lower(trim(scores.value)) as score,
        comments.value as comment,
        scores.changed_at as first_at,
        scores.changed_at as rated_at,
        agents.value_id as assignee_id,
        groups.value_id as group_id,
        scores._run_id,
        scores._file,
        scores._row_number,
        scores._landed_at,
        scores._landing_order
    from {{ ref('base_zendesk__field_changes') }} as scores
    left join {{ ref('base_zendesk__field_changes') }} as comments
        on scores.source_relation = comments.source_relation
        and scores.ticket_id = comments.ticket_id
        and scores.changed_instant = comments.changed_instant
        and comments.field_name = 'satisfaction_comment'
        and comments.is_history
    left join {{ ref('base_zendesk__assignments') }} as agents
        on scores.source_relation = agents.source_relation
        and scores.ticket_id = agents.ticket_id
        and agents.field_name = 'assignee_id'
        and scores.changed_instant >= agents.changed_instant
        and (agents.next_instant is null or scores.changed_instant < agents.next_instant)
    left join {{ ref('base_zendesk__assignments') }} as groups
        on scores.source_relation = groups.source_relation
        and scores.ticket_id = groups.ticket_id
        and groups.field_name = 'group_id'
        and scores.changed_instant >= groups.changed_instant
        and (groups.next_instant is null or scores.changed_instant < groups.next_instant)
    where
        scores.is_history
        and scores.field_name = 'satisfaction_score'

),

together as (

    select * from from_records
    union all
    select * from from_history

),

surveyed as (

    select distinct
        source_relation,
        ticket_id
    from {{ source('zendesk', 'survey_response') }}
    where
        not is_gone
        and ticket_id is not null
        and coalesce(answer_type, '') <> 'skipped'

)

select
    together.*,
    {{ dbt.concat(["'rating-'", "together.ticket_id"]) }} as response_id,
    together.score not in ('offered', 'unoffered') as is_answer

from together
left join surveyed
    on together.source_relation = surveyed.source_relation
    and together.ticket_id = surveyed.ticket_id
left join {{ ref('base_zendesk__tickets_gone') }} as tickets_gone
    on together.source_relation = tickets_gone.source_relation
    and together.ticket_id = tickets_gone.ticket_id
where
    surveyed.ticket_id is null
    and tickets_gone.ticket_id is null
    and together.score is not null

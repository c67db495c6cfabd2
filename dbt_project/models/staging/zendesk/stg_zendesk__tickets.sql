-- One row per version of a ticket in the contract's words; deleted ones keep their status.
with

tickets as (

    select * from {{ ref('base_zendesk__ticket_versions') }}

),

metrics as (

    select * from {{ source('zendesk', 'ticket_metric') }}
    where is_current

)

select
    -- ids
    tickets.id as ticket_id,
    organizations.account_id,
    requesters.person_id as contact_id,
    {{ mapped('zendesk', 'tickets', 'project_id', 'tickets.project_id') }} as project_id,
    assignees.person_id as assignee_id,
    tickets.group_id as team_id,

    -- texts
    {{ mapped('zendesk', 'tickets', 'channel', 'tickets.channel') }} as channel,
    {{ mapped('zendesk', 'tickets', 'cause', 'tickets.cause') }} as cause,
    {{ mapped('zendesk', 'tickets', 'priority', 'tickets.priority') }} as priority,
    {{ mapped('zendesk', 'tickets', 'status', 'tickets.status') }} as status,

    -- numbers: Zendesk's own where a dress has them, else what comments and history tell
    coalesce(
        tickets.reopens, metrics.reopens, cast(status_changes.reopen_count as {{ dbt.type_string() }})
    ) as reopen_count,
    coalesce(tickets.replies, metrics.replies, cast(replies.reply_count as {{ dbt.type_string() }})) as reply_count,

    -- instants
    {{ instant_text('tickets.created_at') }} as created_at,
    replies.first_replied_at,
    case
        when tickets.status in ('new', 'open', 'pending', 'hold') then null
        when tickets.solved_at is not null then {{ instant_text('tickets.solved_at') }}
        when metrics.solved_at is not null then {{ instant_text('metrics.solved_at') }}
        else status_changes.solved_at
    end as solved_at,
    {{ instant_text('tickets.updated_at') }} as updated_at,

    -- lineage
    tickets.source_relation,
    tickets._run_id,
    tickets._file,
    tickets._row_number,
    tickets._landed_at,
    tickets._landing_order

from tickets
left join {{ ref('base_zendesk__organizations') }} as organizations
    on tickets.source_relation = organizations.source_relation
    and tickets.organization_id = organizations.organization_id
left join {{ ref('base_zendesk__users') }} as requesters
    on tickets.source_relation = requesters.source_relation
    and tickets.requester_id = requesters.user_id
left join {{ ref('base_zendesk__users') }} as assignees
    on tickets.source_relation = assignees.source_relation
    and tickets.assignee_id = assignees.user_id
left join metrics
    on tickets.source_relation = metrics.source_relation
    and tickets.id = metrics.ticket_id
left join {{ ref('base_zendesk__ticket_replies') }} as replies
    on tickets.source_relation = replies.source_relation
    and tickets.id = replies.ticket_id
left join {{ ref('base_zendesk__status_changes') }} as status_changes
    on tickets.source_relation = status_changes.source_relation
    and tickets.id = status_changes.ticket_id

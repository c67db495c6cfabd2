-- One row per version of a ticket that was not merged into another; its status is what its stage means.
with

tickets as (

    select * from {{ source('hubspot', 'ticket') }}
    where not is_gone

),

swallowed as (

    select * from {{ ref('base_hubspot__merges') }}
    where record_type = 'ticket'

),

stages as (

    select * from {{ source('hubspot', 'ticket_stage') }}
    where is_current

),

links as (

    select * from {{ ref('base_hubspot__links') }}
    where record_type = 'ticket'

),

staged as (

    select
        tickets.*,
        stages.label,
        links.account_id,
        links.contact_id,
        upper(stages.ticket_state) as ticket_state,
        {{ flag_text('stages.is_closed') }} as is_closed,
        {{ mapped('hubspot', 'tickets', 'status', 'stages.label') }} as status_of_label,
        {{ mapped('hubspot', 'tickets', 'status', 'tickets.stage_id') }} as status_of_id
    from tickets
    left join swallowed on tickets.id = swallowed.merged_id
    left join links on tickets.id = links.record_id
    left join stages
        on tickets.source_relation = stages.source_relation
        and tickets.pipeline_id = stages.pipeline_id
        and tickets.stage_id = stages.stage_id
    where swallowed.merged_id is null

),

mapped as (

    select
        staged.id as ticket_id,
        staged.account_id,
        staged.contact_id,
        {{ mapped('hubspot', 'tickets', 'project_id', 'staged.project') }} as project_id,
        coalesce(
            {{ mapped('hubspot', 'tickets', 'channel', 'staged.channel') }},
            {{ mapping_option('hubspot', 'ticket_channel') }}
        ) as channel,
        {{ mapped('hubspot', 'tickets', 'cause', 'staged.cause') }} as cause,
        {{ mapped('hubspot', 'tickets', 'priority', 'staged.priority') }} as priority,
        -- by the stage's id or label where the mapping file names one, else by what HubSpot itself knows of the stage
        case
            when staged.status_of_id <> staged.stage_id then staged.status_of_id
            when staged.status_of_label <> staged.label then staged.status_of_label
            when staged.label in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted') then staged.label
            when staged.ticket_state = 'CLOSED' or staged.is_closed = 'true' then 'closed'
            when staged.ticket_state = 'OPEN' or staged.is_closed = 'false' then 'open'
            else staged.stage_id
        end as status,
        staged.owner_id as assignee_id,
        staged.team_id,
        {{ instant_text('staged.created_at') }} as created_at,
        {{ instant_text('staged.first_replied_at') }} as first_replied_at,
        {{ instant_text('staged.solved_at') }} as solved_at,
        staged.reopen_count,
        staged.reply_count,
        {{ instant_text('staged.updated_at') }} as updated_at,
        {{ hubspot_lineage('staged') }}
    from staged

)

select * from mapped

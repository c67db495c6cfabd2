-- One row per version of a response: legacy ratings that are answers, and responses to the newer surveys. Who served the
-- customer is who had the ticket when it was rated.
with

assignments as (

    select * from {{ ref('base_zendesk__assignments') }}

),

given as (

    select
        source_relation,
        response_id,
        'satisfaction_rating' as survey_id,
        response_id as invitation_id,
        ticket_id,
        cast(null as {{ dbt.type_string() }}) as responder_id,
        assignee_id,
        group_id,
        rated_at as responded_at,
        rated_at as updated_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__ratings') }}
    where is_answer

    union all

    select
        responses.source_relation,
        responses.response_id,
        responses.survey_id,
        offers.invitation_id,
        responses.ticket_id,
        responses.responder_id,
        agents.value_id as assignee_id,
        groups.value_id as group_id,
        responses.responded_at,
        responses.updated_at,
        responses._run_id,
        responses._file,
        responses._row_number,
        responses._landed_at,
        responses._landing_order
    from {{ ref('base_zendesk__survey_responses') }} as responses
    left join {{ ref('base_zendesk__survey_offers') }} as offers
        on responses.source_relation = offers.source_relation
        and responses.ticket_id = offers.ticket_id
        and responses.survey_id = offers.survey_id
    left join assignments as agents
        on responses.source_relation = agents.source_relation
        and responses.ticket_id = agents.ticket_id
        and agents.field_name = 'assignee_id'
        and responses.responded_instant >= agents.changed_instant
        and (agents.next_instant is null or responses.responded_instant < agents.next_instant)
    left join assignments as groups
        on responses.source_relation = groups.source_relation
        and responses.ticket_id = groups.ticket_id
        and groups.field_name = 'group_id'
        and responses.responded_instant >= groups.changed_instant
        and (groups.next_instant is null or responses.responded_instant < groups.next_instant)

)

select
    given.response_id,
    given.survey_id,
    given.invitation_id,
    'customer' as respondent_type,
    -- a survey knows who answered it; a rating is its ticket's requester's
    case when given.responder_id is null then tickets.contact_id else responders.person_id end as contact_id,
    cast(null as {{ dbt.type_string() }}) as employee_id,
    tickets.account_id,
    given.ticket_id,
    agents.person_id as agent_id,
    given.group_id as team_id,
    {{ mapped('zendesk', 'tickets', 'channel', 'tickets.channel') }} as channel,
    cast(null as {{ dbt.type_string() }}) as wave,
    given.responded_at,
    'true' as is_complete,
    given.updated_at,
    given.source_relation,
    given._run_id,
    given._file,
    given._row_number,
    given._landed_at,
    given._landing_order

from given
left join {{ ref('base_zendesk__tickets_served') }} as tickets
    on given.source_relation = tickets.source_relation
    and given.ticket_id = tickets.ticket_id
left join {{ ref('base_zendesk__users') }} as responders
    on given.source_relation = responders.source_relation
    and given.responder_id = responders.user_id
left join {{ ref('base_zendesk__users') }} as agents
    on given.source_relation = agents.source_relation
    and given.assignee_id = agents.user_id

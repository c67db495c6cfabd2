-- One row per response with the first reason not to count it; null when it counts (CONTRACT section 4, "Counted response").
with

responses as (

    select
        *,
        {{ local_date("responded_at") }} as responded_date
    from {{ ref('int_responses_current') }}

),

contacts as (

    select
        contact_id,
        {{ email_domain("email") }} as domain
    from {{ ref('int_contacts_current') }}

),

overall_scores as (

    select * from {{ ref('int_response_scores') }}
    where category = 'overall'

),

described as (

    select
        responses.*,
        {{ quarter_start("responses.responded_date") }} as quarter_start_date,
        {{ calendar_quarter_label("responses.responded_date") }} as calendar_quarter,
        coalesce(responses.wave, {{ calendar_quarter_label("responses.responded_date") }}) as wave_or_quarter,
        surveys.project_id,
        overall_scores.score as overall_score,
        overall_scores.response_id is not null as has_scored_answer,
        internal_domains.domain is not null as is_internal

    from responses
    inner join {{ ref('int_surveys_current') }} as surveys
        on responses.survey_id = surveys.survey_id
    -- left: a response may name no contact, or one the CRM does not know
    left join contacts
        on responses.contact_id = contacts.contact_id
    left join {{ ref('internal_domains') }} as internal_domains
        on contacts.domain = internal_domains.domain
    left join overall_scores
        on responses.response_id = overall_scores.response_id

),

excluded_by_itself as (

    select
        *,
        case
            when responded_date > {{ as_of_date() }} then 'after_as_of'
            when respondent_type = 'test' then 'test'
            when respondent_type <> 'customer' then 'not_customer'
            when is_internal then 'internal_domain'
            when not coalesce(is_complete, true) then 'incomplete'
            when not has_scored_answer then 'no_scored_answer'
        end as own_reason
    from described

),

ranked as (

    select
        *,
        row_number() over (
            partition by contact_id, survey_id, ticket_id, wave_or_quarter, own_reason is null
            order by responded_at desc, {{ byte_order("response_id") }} desc
        ) as recency
    from excluded_by_itself

)

select
    response_id,
    survey_id,
    project_id,
    invitation_id,
    respondent_type,
    contact_id,
    employee_id,
    account_id,
    ticket_id,
    agent_id,
    team_id,
    channel,
    wave,
    wave_or_quarter,
    responded_at,
    responded_date,
    quarter_start_date,
    coalesce(is_complete, true) as is_complete,
    overall_score,
    case
        when own_reason is not null then own_reason
        -- only a person can answer twice: without a contact nobody knows
        when contact_id is not null and recency > 1 then 'superseded'
    end as exclusion_reason,
    source_relation,
    _row_id,
    _file,
    _row_number,
    _run_id,
    _content_hash

from ranked

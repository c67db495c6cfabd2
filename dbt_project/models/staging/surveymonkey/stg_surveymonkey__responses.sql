/*
    One row per version of a response. It was given when it was begun: an edit moves date_modified, and a quarter must not move
    with it. Who answered is told by custom variables; where they name nobody, it is whoever was invited.
*/
with

responses as (

    select * from {{ source('surveymonkey', 'response') }}
    where not is_gone

),

said as (

    {{ mapped_surveys('surveymonkey', 'responses') }}

),

joined as (

    select
        responses.*,
        recipients.invitation_id,
        recipients.contact_id as invited_contact_id,
        recipients.employee_id as invited_employee_id,
        recipients.account_id as invited_account_id,
        collectors.type as collector_type,
        case
            when lower(responses.collection_mode) in ('preview', 'survey_preview') then 'test'
            when responses.respondent_type is not null then responses.respondent_type
            when said.kind = 'staff' then 'employee'
            else 'customer'
        end as kind_of_respondent
    from responses
    left join said on responses.survey_id = said.survey_id
    left join {{ ref('base_surveymonkey__recipients') }} as recipients
        on
        responses.source_relation = recipients.source_relation
        and responses.collector_id = recipients.collector_id
        and responses.recipient_id = recipients.recipient_id
    left join {{ source('surveymonkey', 'collector') }} as collectors
        on
        responses.source_relation = collectors.source_relation
        and responses.collector_id = collectors.id
        and collectors.is_current

),

final as (

    select
        id as response_id,
        survey_id,
        invitation_id,
        {{ mapped('surveymonkey', 'responses', 'respondent_type', 'kind_of_respondent') }} as respondent_type,
        case
            when contact_id is not null then contact_id
            when employee_id is null then invited_contact_id
        end as contact_id,
        case
            when employee_id is not null then employee_id
            when contact_id is null then invited_employee_id
        end as employee_id,
        coalesce(account_id, invited_account_id) as account_id,
        ticket_id,
        agent_id,
        team_id,
        coalesce(channel, {{ mapped('surveymonkey', 'responses', 'channel', 'collector_type') }}) as channel,
        wave,
        {{ instant_text('date_created') }} as responded_at,
        case when response_status = 'completed' then 'true' when response_status is not null then 'false' end as is_complete,
        {{ instant_text('date_modified') }} as updated_at,
        source_relation,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from joined

)

select * from final

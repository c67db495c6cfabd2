/*
    One row per version of a recorded response. Who answered, for which account, and who served them is embedded data; where it
    names nobody, it is whoever was invited. Previews, tests and spam are tests, whatever else they say.
*/
with

responses as (

    select * from {{ source('qualtrics', 'survey_response') }}
    where not is_gone

),

embedded as (

    select * from {{ ref('base_qualtrics__embedded_data') }}

),

said as (

    {{ mapped_surveys('qualtrics', 'responses') }}

),

invited as (

    select
        source_relation,
        response_id,
        min(invitation_id) as invitation_id,
        min(recipient_id) as recipient_id,
        min(account_id) as account_id
    from {{ ref('base_qualtrics__recipients') }}
    where response_id is not null
    group by source_relation, response_id

),

joined as (

    select
        responses.*,
        invited.invitation_id,
        coalesce(invited.recipient_id, responses.external_reference) as recipient_id,
        coalesce(embedded.account_id, invited.account_id) as account_id,
        embedded.contact_id,
        embedded.employee_id,
        embedded.agent_id,
        embedded.team_id,
        embedded.ticket_id,
        embedded.wave,
        embedded.channel,
        case
            when
                lower(responses.status) in (
                    '1', '2', '8', '9', '12', '17', '40', 'survey preview', 'survey test', 'spam', 'survey preview spam', 'imported spam'
                )
                then 'test'
            when embedded.respondent_type is not null then embedded.respondent_type
            when said.kind = 'staff' then 'employee'
            else 'customer'
        end as respondent_word
    from responses
    left join embedded
        on
        responses.source_relation = embedded.source_relation
        and responses.id = embedded.response_id
        and (responses.version_at = embedded.version_at or embedded.version_at is null)
    left join said on responses.survey_id = said.survey_id
    left join invited
        on responses.source_relation = invited.source_relation and responses.id = invited.response_id

),

named as (

    select
        *,
        {{ mapped('qualtrics', 'responses', 'respondent_type', 'respondent_word') }} as respondent_type
    from joined

),

final as (

    select
        id as response_id,
        survey_id,
        invitation_id,
        respondent_type,
        case
            when contact_id is not null then contact_id
            when employee_id is null and coalesce(respondent_type, '') <> 'employee' then recipient_id
        end as contact_id,
        case
            when employee_id is not null then employee_id
            when contact_id is null and respondent_type = 'employee' then recipient_id
        end as employee_id,
        account_id,
        ticket_id,
        agent_id,
        team_id,
        coalesce(channel, {{ mapped('qualtrics', 'responses', 'channel', 'distribution_channel') }}) as channel,
        wave,
        {{ instant_text('coalesce(recorded_date, end_date)') }} as responded_at,
        {{ flag_text('finished') }} as is_complete,
        {{ instant_text('coalesce(last_modified_date, recorded_date, end_date)') }} as updated_at,
        source_relation,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from named

)

select * from final

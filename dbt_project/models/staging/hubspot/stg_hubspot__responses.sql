-- One row per version of a feedback submission.
with

feedback as (

    select * from {{ source('hubspot', 'feedback_submission') }}
    where not is_gone

),

links as (

    select * from {{ ref('base_hubspot__links') }}
    where record_type = 'feedback'

),

mapped as (

    select
        feedback.id as response_id,
        feedback.survey_id,
        cast(null as {{ dbt.type_string() }}) as invitation_id,
        'customer' as respondent_type,
        links.contact_id,
        cast(null as {{ dbt.type_string() }}) as employee_id,
        links.account_id,
        links.ticket_id,
        feedback.agent_id,
        cast(null as {{ dbt.type_string() }}) as team_id,
        {{ mapped('hubspot', 'responses', 'channel', 'feedback.channel') }} as channel,
        feedback.wave,
        {{ instant_text('coalesce(feedback.submitted_at, feedback.created_at)') }} as responded_at,
        'true' as is_complete,
        {{ instant_text('feedback.updated_at') }} as updated_at,
        {{ hubspot_lineage('feedback') }}
    from feedback
    left join links on feedback.id = links.record_id

)

select * from mapped

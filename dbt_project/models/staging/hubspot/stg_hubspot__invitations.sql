-- No rows: HubSpot tells who answered a survey, not who was asked.
with

nobody as (

    select
        cast(null as {{ dbt.type_string() }}) as invitation_id,
        feedback.survey_id,
        cast(null as {{ dbt.type_string() }}) as contact_id,
        cast(null as {{ dbt.type_string() }}) as employee_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        cast(null as {{ dbt.type_string() }}) as sent_at,
        feedback.updated_at,
        {{ hubspot_lineage('feedback') }}
    from {{ source('hubspot', 'feedback_submission') }} as feedback
    where 1 = 0

)

select * from nobody

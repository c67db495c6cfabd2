-- One row per version of a feedback submission with a score or a text; not where the mapping file ignores the question.
with

feedback as (

    select * from {{ source('hubspot', 'feedback_submission') }}
    where not is_gone

),

said as (

    {{ mapped_questions('hubspot', ref('base_hubspot__surveys')) }}

),

mapped as (

    select
        {{ dbt.concat(["feedback.id", "':score'"]) }} as answer_id,
        feedback.id as response_id,
        {{ dbt.concat(["feedback.survey_id", "':score'"]) }} as question_id,
        feedback.value,
        feedback.comment,
        {{ instant_text('feedback.updated_at') }} as updated_at,
        {{ hubspot_lineage('feedback') }}
    from feedback
    left join said on feedback.survey_id = said.survey_id
    where
        (feedback.value is not null or feedback.comment is not null)
        and coalesce(said.is_ignored, 'false') <> 'true'

)

select * from mapped

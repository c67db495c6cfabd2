-- One row per survey that somebody answered: HubSpot lists no surveys, its feedback names them.
with

ranked as (

    select
        *,
        row_number() over (partition by survey_id order by _landing_order, _file, _row_number, id) as place
    from {{ source('hubspot', 'feedback_submission') }}
    where is_current and survey_id is not null

),

surveys as (

    select
        ranked.survey_id,
        'score' as question_id,
        ranked.survey_name,
        coalesce(ranked.submitted_at, ranked.created_at, ranked.updated_at) as first_submitted_at,
        {{ hubspot_lineage('ranked') }}
    from ranked
    where ranked.place = 1

)

select * from surveys

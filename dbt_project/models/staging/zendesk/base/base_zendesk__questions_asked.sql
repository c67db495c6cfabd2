-- One row per question and wording that was answered, from the first time it was seen.
with

asked as (

    select
        source_relation,
        'satisfaction_rating' as survey_id,
        'score' as question_id,
        'How would you rate the support you received?' as question_text,
        rated_at as updated_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__ratings') }}

    union all

    select
        source_relation,
        survey_id,
        question_id,
        question_text,
        updated_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__survey_answers') }}

),

ranked as (

    select
        asked.*,
        row_number() over (
            partition by asked.source_relation, asked.survey_id, asked.question_id, asked.question_text
            order by {{ dbt.safe_cast('updated_at', 'timestamptz') }}, asked._landing_order
        ) as place
    from asked

)

select * from ranked
where place = 1

-- One row per question and change of its wording or scale: were there votes of that year on both sides of it?
with

changes as (

    select
        *,
        cast(extract(year from changed_date) as bigint) as award_year
    from {{ ref('int_question_versions_changed') }}

),

counted_answers as (

    select
        answers.question_id,
        responses.responded_at,
        cast(extract(year from responses.responded_date) as bigint) as award_year
    from {{ ref('int_answers_scored') }} as answers
    inner join {{ ref('int_responses_excluded') }} as responses
        on answers.response_id = responses.response_id
        and responses.exclusion_reason is null
    where answers.is_scored

),

answers_around as (

    select
        changes.question_id,
        changes.changed_at,
        cast(sum(case when counted_answers.responded_at < changes.changed_at then 1 else 0 end) as bigint) as answers_before,
        cast(sum(case when counted_answers.responded_at >= changes.changed_at then 1 else 0 end) as bigint) as answers_after
    from changes
    -- left: a question nobody answered that year can change too
    left join counted_answers
        on changes.question_id = counted_answers.question_id
        and changes.award_year = counted_answers.award_year
    group by changes.question_id, changes.changed_at

)

select
    changes.question_id,
    changes.changed_at,
    questions.survey_id,
    surveys.project_id,
    changes.award_year,
    changes.change,
    changes.text_before,
    changes.text_after,
    changes.scale_before,
    changes.scale_after,
    answers_around.answers_before,
    answers_around.answers_after,
    answers_around.answers_before > 0 and answers_around.answers_after > 0 as is_break

from changes
inner join answers_around
    on changes.question_id = answers_around.question_id
    and changes.changed_at = answers_around.changed_at
-- inner: a question with a valid version has a current one, and that one a survey
inner join {{ ref('int_questions_current') }} as questions
    on changes.question_id = questions.question_id
inner join {{ ref('int_surveys_current') }} as surveys
    on questions.survey_id = surveys.survey_id

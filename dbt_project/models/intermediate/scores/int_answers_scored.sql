-- One row per answer with its question's meaning and its value on the five-point scale.
-- End-anchored conversion (percent of maximum possible, Cohen et al. 1999); the ratio of maximum beside it for the sensitivity check.
with

answers as (

    select * from {{ ref('int_answers_current') }}

),

questions as (

    select * from {{ ref('int_questions_current') }}

),

scales as (

    select * from {{ ref('survey_scales') }}

),

anchored as (

    select
        answers.answer_id,
        answers.response_id,
        answers.question_id,
        questions.measure,
        questions.category,
        questions.touchpoint,
        questions.scale_id,
        coalesce(questions.weight, 1) as weight,
        coalesce(questions.counts_for_award, true) as counts_for_award,
        answers.value,
        answers.comment,
        answers.value is not null and questions.measure in ('satisfaction', 'loyalty') as is_scored,
        cast(answers.value - scales.min_value as {{ type_double() }})
        / nullif(cast(scales.max_value - scales.min_value as {{ type_double() }}), 0) as share_of_range,
        cast(
            case when scales.is_reversed then scales.min_value + scales.max_value - answers.value else answers.value end
            as {{ type_double() }}
        ) / nullif(cast(scales.max_value as {{ type_double() }}), 0) as share_of_maximum,
        scales.is_reversed,
        answers._row_id,
        answers._file,
        answers._row_number,
        answers._run_id,
        answers._content_hash

    from answers
    inner join questions
        on answers.question_id = questions.question_id
    inner join scales
        on questions.scale_id = scales.scale_id

)

select
    answer_id,
    response_id,
    question_id,
    measure,
    category,
    touchpoint,
    scale_id,
    weight,
    counts_for_award,
    value,
    comment,
    is_scored,
    case
        when value is null then null
        when is_reversed then 6 - (1 + 4 * share_of_range)
        else 1 + 4 * share_of_range
    end as score_5pt,
    case when value is null then null else 5 * share_of_maximum end as score_5pt_ratio,
    _row_id,
    _file,
    _row_number,
    _run_id,
    _content_hash

from anchored

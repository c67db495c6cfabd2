-- One row per survey question, with the survey it is asked in and what its scale means on five points.
select
    questions.question_id,
    questions.survey_id,
    surveys.survey_name,
    surveys.kind as survey_kind,
    surveys.project_id,
    questions.question_text,
    questions.measure,
    questions.category,
    questions.touchpoint,
    cast(coalesce(questions.weight, 1) as {{ type_double() }}) as weight,
    coalesce(questions.counts_for_award, true) as counts_for_award,
    questions.scale_id,
    cast(scales.min_value as {{ type_double() }}) as scale_min,
    cast(scales.max_value as {{ type_double() }}) as scale_max,
    scales.is_reversed as is_scale_reversed,
    scales.label_family

from {{ ref('int_questions_current') }} as questions
inner join {{ ref('int_surveys_current') }} as surveys
    on questions.survey_id = surveys.survey_id
-- a question on an unknown scale waits in quarantine
inner join {{ ref('survey_scales') }} as scales
    on questions.scale_id = scales.scale_id

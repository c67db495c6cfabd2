-- One row per answer, with its value on the five-point scale. The comment itself stays out: free text names people.
select
    answers.answer_id,
    answers.response_id,
    answers.question_id,
    responses.quarter_start_date,
    answers.measure,
    answers.category,
    answers.scale_id,
    cast(answers.value as {{ type_double() }}) as value,
    answers.score_5pt,
    answers.score_5pt_ratio,
    answers.comment is not null as has_comment,
    answers._file as source_file,
    answers._row_number as source_row_number,
    answers._run_id as source_run_id,
    answers._content_hash as content_hash

from {{ ref('int_answers_scored') }} as answers
inner join {{ ref('int_responses_excluded') }} as responses
    on answers.response_id = responses.response_id

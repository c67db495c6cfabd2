-- One row per answer, with its value on the five-point scale. The comment itself stays out: free text names people.
select
    answer_id,
    response_id,
    question_id,
    measure,
    category,
    cast(value as {{ type_double() }}) as value,
    score_5pt,
    score_5pt_ratio,
    comment is not null as has_comment,
    _file as source_file,
    _row_number as source_row_number,
    _run_id as source_run_id,
    _content_hash as content_hash

from {{ ref('int_answers_scored') }}

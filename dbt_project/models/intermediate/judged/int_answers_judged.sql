-- One row per landed answer that passed the door, with its fate.
-- Scale and survey are those of the current versions of its question and response.
{% set joins %}
    left join {{ ref('int_questions_current') }} as questions
        on landed_rows.question_id = questions.question_id
    left join {{ ref('survey_scales') }} as scales
        on questions.scale_id = scales.scale_id
    left join {{ ref('int_responses_current') }} as responses
        on landed_rows.response_id = responses.response_id
{% endset %}
{{ judged_versions(
    rows=ref('stg_door__answers'),
    key='answer_id',
    joins=joins,
    rules=[
        (
            'out_of_scale',
            'landed_rows.value < scales.min_value or landed_rows.value > scales.max_value',
            dbt.concat([
                "'value is '", dbt.safe_cast('landed_rows.value', dbt.type_string()), "'; scale '", 'scales.scale_id',
                "' runs from '", dbt.safe_cast('scales.min_value', dbt.type_string()), "' to '",
                dbt.safe_cast('scales.max_value', dbt.type_string()),
            ]),
        ),
        (
            'orphan_key',
            'responses.response_id is null',
            dbt.concat(["'response_id '", 'landed_rows.response_id', "' is no valid response'"]),
        ),
        (
            'orphan_key',
            'questions.question_id is null',
            dbt.concat(["'question_id '", 'landed_rows.question_id', "' is no valid question'"]),
        ),
        (
            'orphan_key',
            'questions.survey_id <> responses.survey_id',
            dbt.concat([
                "'the question belongs to survey '", 'questions.survey_id', "', its response to '", 'responses.survey_id',
            ]),
        ),
    ],
) }}

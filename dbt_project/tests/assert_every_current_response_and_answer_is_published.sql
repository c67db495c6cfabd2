-- Counted or not, with its reason: no response and no answer in force is lost on the way, none appears twice.
{{ config(meta={"sentence": "responses or answers in force are missing from the published tables"}) }}
select
    'response' as what,
    coalesce(int_responses_current.response_id, fct_survey_responses.response_id) as id
from {{ ref('int_responses_current') }} as int_responses_current
full outer join {{ ref('fct_survey_responses') }} as fct_survey_responses
    on int_responses_current.response_id = fct_survey_responses.response_id
where int_responses_current.response_id is null
    or fct_survey_responses.response_id is null

union all

select
    'answer' as what,
    coalesce(int_answers_current.answer_id, fct_survey_answers.answer_id) as id
from {{ ref('int_answers_current') }} as int_answers_current
full outer join {{ ref('fct_survey_answers') }} as fct_survey_answers
    on int_answers_current.answer_id = fct_survey_answers.answer_id
where int_answers_current.answer_id is null
    or fct_survey_answers.answer_id is null

/*
    One row per thing that a survey asks for: a question, each statement of a matrix, each loop of a looped question.
    `item_id` is what answers name it by: QID4, QID5_2, QID8_1.
*/
with

questions as (

    select * from {{ source('qualtrics', 'qualtrics__question') }}
    -- descriptive text, timers, browser data and captchas ask nothing
    where is_current and coalesce(question_type, '') not in ('DB', 'Timing', 'Meta', 'Captcha')

),

statements as (

    select source_relation, survey_id, question_id, key, text
    from {{ source('qualtrics', 'qualtrics__sub_question') }}
    where is_current
    union all
    select source_relation, survey_id, question_id, key, text
    from {{ source('qualtrics', 'qualtrics__question_choice') }}
    where is_current and question_type in ('Matrix', 'Slider', 'CS')

),

asked as (

    select
        questions.*,
        statements.key as sub_key,
        case when statements.key is null then questions.question_text else questions.question_text || ': ' || statements.text end as item_text
    from questions
    left join statements
        on
            statements.source_relation = questions.source_relation
            and statements.survey_id = questions.survey_id
            and statements.question_id = questions.id

),

-- no dress lands how often a question is looped: the answers show it
loops as (

    select distinct
        entries.source_relation,
        responses.survey_id,
        entries.base_id,
        entries.loop_number
    from {{ ref('base_qualtrics__entries') }} as entries
    inner join {{ source('qualtrics', 'qualtrics__survey_response') }} as responses
        on responses.source_relation = entries.source_relation and responses.id = entries.response_id and responses.is_current
    where entries.loop_number is not null

),

items as (

    select *, cast(null as {{ dbt.type_string() }}) as loop_number from asked
    union all
    select asked.*, loops.loop_number
    from asked
    inner join loops
        on
            loops.source_relation = asked.source_relation
            and loops.survey_id = asked.survey_id
            and loops.base_id = asked.id

)

select
    source_relation,
    survey_id,
    id as base_id,
    sub_key,
    loop_number,
    id
    || case when sub_key is null then '' else '_' || sub_key end
    || case when loop_number is null then '' else '_' || loop_number end as item_id,
    item_text,
    question_type,
    _run_id,
    _file,
    _row_number,
    _landed_at,
    _landing_order
from items

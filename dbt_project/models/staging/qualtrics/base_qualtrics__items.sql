/*
    One row per thing that a survey asks for: a question, each statement of a matrix, each loop of a looped question.
    `item_id` is what answers name it by: QID4, QID5_2, QID8_1.
*/
with

questions as (

    select * from {{ source('qualtrics', 'question') }}
    -- descriptive text, timers, browser data and captchas ask nothing
    where is_current and coalesce(question_type, '') not in ('DB', 'Timing', 'Meta', 'Captcha')

),

statements as (

    select
        source_relation,
        survey_id,
        question_id,
        key,
        text
    from {{ source('qualtrics', 'sub_question') }}
    where is_current
    union all
    select
        source_relation,
        survey_id,
        question_id,
        key,
        text
    from {{ source('qualtrics', 'question_choice') }}
    where is_current and question_type in ('Matrix', 'Slider', 'CS')

),

asked as (

    select
        questions.*,
        statements.key as sub_key,
        case when statements.key is null then questions.question_text else questions.question_text || ': ' || statements.text end
            as item_text
    from questions
    left join statements
        on
        questions.source_relation = statements.source_relation
        and questions.survey_id = statements.survey_id
        and questions.id = statements.question_id

),

-- no dress lands how often a question is looped: the answers show it
loops as (

    select distinct
        entries.source_relation,
        responses.survey_id,
        entries.base_id,
        entries.loop_number
    from {{ ref('base_qualtrics__entries') }} as entries
    inner join {{ source('qualtrics', 'survey_response') }} as responses
        on entries.source_relation = responses.source_relation and entries.response_id = responses.id and responses.is_current
    where entries.loop_number is not null

),

items as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as loop_number
    from asked
    union all
    select
        asked.*,
        loops.loop_number
    from asked
    inner join loops
        on
        asked.source_relation = loops.source_relation
        and asked.survey_id = loops.survey_id
        and asked.id = loops.base_id

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

/*
    One row per thing asked: a question, or each row of a matrix that has several. `item_id` is what answers name it by: 123,
    123_4. A matrix of one row (an NPS or star question) is one question. With what the mapping file says of it: its
    own entry before that of the whole question.
*/
with

questions as (

    select
        *,
        {{ surveymonkey_survey('survey_id') }} as asked_in
    from {{ source('surveymonkey', 'question') }}
    -- texts and pictures ask nothing
    where is_current and coalesce(family, '') <> 'presentation'

),

question_rows as (

    select
        source_relation,
        {{ surveymonkey_survey('survey_id') }} as asked_in,
        question_id,
        id,
        text,
        count(*) over (partition by source_relation, survey_id, question_id) as row_count
    from {{ source('surveymonkey', 'question_row') }}
    where is_current

),

items as (

    select
        questions.source_relation,
        questions.asked_in as survey_id,
        questions.id as question_id,
        question_rows.id as row_id,
        questions.id || case when question_rows.id is null then '' else '_' || question_rows.id end as item_id,
        questions.heading || case when question_rows.id is null then '' else ': ' || question_rows.text end as item_text,
        questions.family,
        questions._run_id,
        questions._file,
        questions._row_number,
        questions._landed_at,
        questions._landing_order
    from questions
    left join question_rows
        on
        questions.source_relation = question_rows.source_relation
        and questions.asked_in = question_rows.asked_in
        and questions.id = question_rows.question_id
        and questions.family = 'matrix'
        and question_rows.row_count > 1

),

mapped as (

    {{ mapped_items('surveymonkey', 'items', whole='question_id') }}

)

select * from mapped

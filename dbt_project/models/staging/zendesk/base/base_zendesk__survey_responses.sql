-- One row per response to one of the newer surveys and instant at which an answer of it was given or changed.
with

answers as (

    select
        answers.*,
        min(answers.answered_at) over (partition by answers.source_relation, answers.response_id) as responded_at,
        row_number() over (
            partition by answers.source_relation, answers.response_id, answers.updated_at
            order by answers._landing_order, answers.question_id
        ) as place
    from {{ ref('base_zendesk__survey_answers') }} as answers

)

select
    source_relation,
    response_id,
    survey_id,
    ticket_id,
    responder_id,
    responded_at,
    {{ dbt.safe_cast('responded_at', 'timestamptz') }} as responded_instant,
    updated_at,
    _run_id,
    _file,
    _row_number,
    _landed_at,
    _landing_order

from answers
where place = 1

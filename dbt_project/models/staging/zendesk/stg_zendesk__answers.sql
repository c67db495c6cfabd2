-- One row per version of an answer. A good or bad becomes what the mapping file says of it (shipped: the middle of its class
-- on the scale good_bad, whose bounds scale_classes holds); a word nobody mapped goes to the door as it is and is reported.
with

given as (

    select
        source_relation,
        response_id,
        'satisfaction_rating' as survey_id,
        'score' as question_id,
        {{ mapped('zendesk', 'answers', 'value', 'score') }} as value,
        comment,
        rated_at as updated_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__ratings') }}
    where is_answer

    union all

    select
        source_relation,
        response_id,
        survey_id,
        question_id,
        rating as value,
        comment,
        updated_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__survey_answers') }}

),

said as (

    {{ mapped_questions('zendesk', 'given') }}

)

select
    {{ dbt.concat(["given.response_id", "':'", "given.question_id"]) }} as answer_id,
    given.response_id,
    {{ dbt.concat(["given.survey_id", "':'", "given.question_id"]) }} as question_id,
    given.value,
    given.comment,
    given.updated_at,
    given.source_relation,
    given._run_id,
    given._file,
    given._row_number,
    given._landed_at,
    given._landing_order

from given
left join said
    on given.survey_id = said.survey_id
    and given.question_id = said.question_id
where coalesce(said.is_ignored, 'false') <> 'true'

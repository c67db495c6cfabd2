-- One row per version of an answer to one of the newer surveys; what was skipped is no answer.
select
    answers.source_relation,
    answers.id as response_id,
    coalesce(answers.survey_id, answers.old_survey_id) as survey_id,
    answers.ticket_id,
    answers.responder_id,
    answers.question_id,
    answers.question_text,
    answers.rating,
    answers.comment,
    {{ instant_text('answers.answered_at') }} as answered_at,
    {{ instant_text('coalesce(answers.updated_at, answers.answered_at)') }} as updated_at,
    answers._run_id,
    answers._file,
    answers._row_number,
    answers._landed_at,
    answers._landing_order

from {{ source('zendesk', 'survey_response') }} as answers
left join {{ ref('base_zendesk__tickets_gone') }} as tickets_gone
    on answers.source_relation = tickets_gone.source_relation
    and answers.ticket_id = tickets_gone.ticket_id
where
    not answers.is_gone
    and coalesce(answers.answer_type, '') <> 'skipped'
    and tickets_gone.ticket_id is null

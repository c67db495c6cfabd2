-- One row per answer in which a customer asks to be called: a yes (above the middle of the scale) or a written comment.
-- A response that says nothing else is heard too.
with

answers as (

    select
        answers.answer_id,
        answers.question_id,
        answers.score_5pt,
        answers.comment is not null as has_comment,
        coalesce({{ below("3", "answers.score_5pt") }}, false) as says_yes,
        responses.account_id,
        responses.contact_id,
        responses.quarter_start_date,
        responses.responded_at,
        responses.responded_date
    from {{ ref('int_answers_scored') }} as answers
    inner join {{ ref('int_responses_excluded') }} as responses
        on answers.response_id = responses.response_id
    where answers.measure = 'action_alert'
        and (responses.exclusion_reason is null or responses.exclusion_reason = 'no_scored_answer')

)

select
    rules.rule_id,
    answers.answer_id as subject_id,
    answers.account_id,
    answers.contact_id,
    answers.quarter_start_date,
    answers.responded_at as opened_at,
    {{ dbt.concat([
        "'asks for action: '", "coalesce(contacts.full_name, 'an unnamed contact')", "' answered \"'", "questions.question_text",
        "'\" on '", as_text("answers.responded_date"), "' with '",
        "coalesce(" ~ dbt.concat([printed("answers.score_5pt"), "' of 5'"]) ~ ", 'no score')",
        "case when answers.has_comment then ' and a comment' else '' end", "' (answer '", "answers.answer_id",
        "'); more than 3 or a comment calls for action.'",
    ]) }} as finding

from answers
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'action_alert_answer'
    and answers.quarter_start_date = rules.quarter_start_date
inner join {{ ref('int_questions_current') }} as questions
    on answers.question_id = questions.question_id
-- left: a response may name no contact, or one the CRM does not know
left join {{ ref('int_contacts_current') }} as contacts
    on answers.contact_id = contacts.contact_id
where answers.says_yes or answers.has_comment

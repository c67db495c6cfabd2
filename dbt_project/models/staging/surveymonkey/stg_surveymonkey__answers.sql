/*
    One row per answer in every version of a response. The value is the weight of the chosen choice; an NPS question weighs its
    choices -100, 0 and 100, so there it is the choice's text. A choice without a weight counts by its text, if that is a number
    or the mapping file names one for it; N/A is no answer. Two marks of one question are passed on together, to be refused.
*/
with

-- also what its response's newest version no longer has: a mark that was changed is a version of the answer
answers as (

    select * from {{ source('surveymonkey', 'answer') }}

),

responses as (

    select * from {{ source('surveymonkey', 'response') }}
    where not is_gone

),

located as (

    select
        answers.*,
        responses.survey_id,
        responses.is_current as is_of_current_response,
        responses.date_modified as changed_at
    from answers
    inner join responses
        on
        answers.source_relation = responses.source_relation
        and answers.response_id = responses.id
        -- a response whose date cannot be read has one version, without any
        and (answers.version_at = responses.version_at or (answers.version_at is null and responses.version_at is null))

),

items as (

    select * from {{ ref('base_surveymonkey__items') }}

),

ignored as (

    {{ ignored_questions(ref('base_surveymonkey__items'), whole='question_id') }}

),

choices as (

    select
        source_relation,
        {{ surveymonkey_survey('survey_id') }} as survey_id,
        question_id,
        id,
        text,
        weight,
        lower(coalesce(is_na, 'false')) = 'true' as is_na,
        max(case when weight in ('-100', '-100.0') then 1 else 0 end)
            over (partition by source_relation, {{ surveymonkey_survey('survey_id') }}, question_id)
        = 1 as is_net_promoter
    from {{ source('surveymonkey', 'question_choice') }}
    where is_current

),

chosen as (

    select
        located.*,
        items.item_id,
        items.measure,
        items.family,
        coalesce(items.is_ignored, ignored.question_id is not null) as is_ignored,
        coalesce(choices.is_na, false) as is_na,
        case
            when choices.is_net_promoter then choices.text
            else coalesce(located.weight, choices.weight, choices.text, located.choice_id)
        end as choice_value
    from located
    left join items
        on
        located.source_relation = items.source_relation
        and located.survey_id = items.survey_id
        and located.question_id = items.question_id
        and (items.row_id is null or located.row_id = items.row_id)
    left join ignored
        on
        located.source_relation = ignored.source_relation
        and located.survey_id = ignored.survey_id
        and located.question_id = ignored.question_id
    left join choices
        on
        located.source_relation = choices.source_relation
        and located.survey_id = choices.survey_id
        and located.question_id = choices.question_id
        and located.choice_id = choices.id

),

-- what is written is a comment, but the number of a question that is asked as a text field or a slider
read as (

    select
        *,
        case
            when is_na then null
            when choice_id is not null then {{ mapped('surveymonkey', 'answers', 'value', 'choice_value') }}
            when family = 'open_ended' and coalesce(measure, 'open_text') <> 'open_text' then text
        end as number_value,
        case
            when choice_id is null and not (family = 'open_ended' and coalesce(measure, 'open_text') <> 'open_text') then text
        end as comment_text,
        coalesce(item_id, question_id) as item
    from chosen
    where not is_ignored

),

gathered as (

    {{ gathered_answers('read') }}

),

final as (

    {{ staged_answers('gathered') }}

)

select * from final

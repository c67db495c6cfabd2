/*
    One row per answer in every version of a response. The value is the number an option is recoded to, never its key; -99 (seen,
    not answered) and options left out of the analysis are no answer. What contradicts itself or tells no number is passed on, so
    that the door refuses it in sight of everybody: an NPS group of another value, two values of one question, an option without
    a recode.
*/
with

entries as (

    select * from {{ ref('base_qualtrics__entries') }}

),

responses as (

    select * from {{ source('qualtrics', 'survey_response') }}
    where not is_gone

),

located as (

    select
        entries.*,
        responses.survey_id,
        coalesce(responses.is_current, entries.is_current) as is_of_current_response,
        coalesce(responses.last_modified_date, responses.recorded_date, responses.end_date) as changed_at
    from entries
    left join responses
        on
        entries.source_relation = responses.source_relation
        and entries.response_id = responses.id
        and (entries.version_at = responses.version_at or (entries.version_at is null and responses.is_current))

),

options as (

    select * from {{ ref('base_qualtrics__options') }}

),

items as (

    select * from {{ ref('base_qualtrics__items_mapped') }}

),

ignored as (

    {{ ignored_questions(ref('base_qualtrics__items_mapped'), whole='base_id') }}

),

not_applicable as (

    select distinct
        source_relation,
        survey_id,
        question_id,
        recode_value,
        is_not_applicable
    from {{ ref('base_qualtrics__options') }}
    where is_not_applicable

),

-- an entry's ending is a statement where the question has statements, else the option that a text was written beside
placed as (

    select
        located.*,
        items.item_id,
        items.measure,
        items.question_type,
        coalesce(items.is_ignored, ignored.base_id is not null) as is_ignored
    from located
    left join items
        on
        located.source_relation = items.source_relation
        and located.survey_id = items.survey_id
        and located.base_id = items.base_id
        and coalesce(items.loop_number, '') = coalesce(located.loop_number, '')
        and (located.sub_key = items.sub_key or (items.sub_key is null and (located.sub_key is null or located.entry_kind = 'text')))
    left join ignored
        on
        located.source_relation = ignored.source_relation
        and located.survey_id = ignored.survey_id
        and located.base_id = ignored.base_id

),

-- Fivetran's rows name the option, the API's have its number already
recoded as (

    select
        placed.*,
        chosen.text as option_text,
        case
            when placed.option_key is null then placed.value
            else
                coalesce(
                    chosen.recode_value,
                    placed.value,
                    case when coalesce(placed.measure, '') <> 'open_text' then 'option ' || placed.option_key || ' without a recode' end
                )
        end as number_text,
        coalesce(chosen.is_not_applicable, numbered.is_not_applicable, false) as is_not_applicable
    from placed
    left join options as chosen
        on
        placed.source_relation = chosen.source_relation
        and placed.survey_id = chosen.survey_id
        and placed.base_id = chosen.question_id
        and placed.option_key = chosen.key
    left join not_applicable as numbered
        on
        placed.option_key is null
        and placed.entry_kind = 'value'
        and placed.source_relation = numbered.source_relation
        and placed.survey_id = numbered.survey_id
        and placed.base_id = numbered.question_id
        and placed.value = numbered.recode_value

),

-- what is written is a comment, but the number of a question that is asked as a text field
read as (

    select
        *,
        case
            when entry_kind = 'group' or is_not_applicable or number_text in ('-99', '-99.0') then null
            when question_type = 'TE'
                then case when coalesce(measure, 'open_text') <> 'open_text' then nullif(coalesce(text, value), '-99') end
            when entry_kind = 'value' then number_text
        end as number_value,
        case
            when question_type = 'TE'
                then case when coalesce(measure, 'open_text') = 'open_text' then coalesce(text, value) end
            when entry_kind = 'text' then value
            when entry_kind = 'value' and text is not null and coalesce(option_text, '') <> text and option_key is not null then text
        end as comment_text,
        case when entry_kind = 'group' then value end as group_text,
        coalesce(
            item_id,
            base_id
            || case when sub_key is null then '' else '_' || sub_key end
            || case when loop_number is null then '' else '_' || loop_number end
        ) as item
    from recoded
    where not is_ignored

),

gathered as (

    {{ gathered_answers('read', no_comments=["''", "'-99'"], more=['group_text']) }}

),

judged as (

    select
        *,
        case
            when group_text is null or number_value is null then number_value
            when
                lower(group_text) not in (
                    case
                        when number_value in ('9', '10') then '3'
                        when number_value in ('7', '8') then '2'
                        else '1'
                    end,
                    case
                        when number_value in ('9', '10') then 'promoter'
                        when number_value in ('7', '8') then 'passive'
                        else 'detractor'
                    end
                )
                then number_value || ', exported as group ' || group_text
            else number_value
        end as judged_value
    from gathered

),

final as (

    {{ staged_answers('judged', value='judged_value') }}

)

select * from final

{#
    Surveys whose questions may have statements (a matrix, a loop): each is an item, which answers name it by. Qualtrics and
    SurveyMonkey read the same way here, whatever the vendor calls things. All give queries.
#}

{#
    A relation of items (survey_id, item_id, and the whole question's id in the column `whole`) with what the mapping file says of
    each: the item's own entry before that of the whole question.
#}
{% macro mapped_items(vendor, items, whole) -%}
    with

    said as (

        {{ mapped_questions(
            vendor,
            "(select survey_id, item_id as question_id from " ~ items
            ~ " union select survey_id, " ~ whole ~ " as question_id from " ~ items ~ ") as named",
        ) }}

    )

    select
        items.*,
        {% for column in ['measure', 'scale_id', 'category', 'weight', 'counts_for_award', 'touchpoint'] -%}
            case when own.question_id is null then whole.{{ column }} else own.{{ column }} end as {{ column }},
        {% endfor -%}
        coalesce(case when own.question_id is null then whole.is_ignored else own.is_ignored end, 'false') = 'true' as is_ignored
    from {{ items }} as items
    left join said as own
        on items.survey_id = own.survey_id and items.item_id = own.question_id
    left join said as whole
        on items.survey_id = whole.survey_id and items.{{ whole }} = whole.question_id
{%- endmacro %}

{# Questions of which every item is ignored: what is said beside their items is ignored, too. #}
{% macro ignored_questions(mapped_items, whole) -%}
    select
        source_relation,
        survey_id,
        {{ whole }}
    from {{ mapped_items }}
    group by source_relation, survey_id, {{ whole }}
    having min(case when is_ignored then 1 else 0 end) = 1
{%- endmacro %}

{#
    The entity `surveys`: a row per version of a survey; of which project and kind it is says the mapping file. Without an
    entry it has none, and is refused.
#}
{% macro staged_surveys(vendor, name, changed_at) -%}
    with

    surveys as (

        select
            *,
            id as survey_id
        from {{ source(vendor, 'survey') }}
        where not is_gone

    ),

    said as (

        {{ mapped_surveys(vendor, 'surveys') }}

    )

    select
        surveys.survey_id,
        coalesce(said.survey_name, surveys.{{ name }}) as survey_name,
        said.project_id,
        said.kind,
        {{ instant_text('surveys.' ~ changed_at) }} as updated_at,
        surveys.source_relation,
        surveys._run_id,
        surveys._file,
        surveys._row_number,
        surveys._landed_at,
        surveys._landing_order
    from surveys
    left join said on surveys.survey_id = said.survey_id
{%- endmacro %}

{#
    The entity `questions`: a row per item that is not ignored. Without an entry in the mapping file it measures nothing and is
    refused, to be seen. The vendor dates the survey, not the question.
#}
{% macro staged_questions(vendor, mapped_items, changed_at) -%}
    with

    items as (

        select * from {{ mapped_items }}
        where not is_ignored

    ),

    surveys as (

        select
            source_relation,
            id,
            {{ changed_at }} as changed_at
        from {{ source(vendor, 'survey') }}
        where is_current

    )

    select
        items.survey_id || ':' || items.item_id as question_id,
        items.survey_id,
        trim(items.item_text) as question_text,
        items.scale_id,
        items.measure,
        items.category,
        items.weight,
        items.counts_for_award,
        items.touchpoint,
        {{ instant_text('surveys.changed_at') }} as updated_at,
        items.source_relation,
        items._run_id,
        items._file,
        items._row_number,
        items._landed_at,
        items._landing_order
    from items
    left join surveys
        on items.source_relation = surveys.source_relation and items.survey_id = surveys.id
{%- endmacro %}

{#
    Entries of answers (number_value, comment_text, which says nothing where it is one of `no_comments`, and columns `more`) as
    one row per item and version of its response. Two numbers of one item are kept side by side, to be refused.
#}
{% macro gathered_answers(entries, no_comments=["''"], more=[]) -%}
    select
        source_relation,
        response_id,
        survey_id,
        item,
        changed_at,
        is_of_current_response,
        case
            when min(number_value) <> max(number_value) then min(number_value) || ' and ' || max(number_value)
            else max(number_value)
        end as number_value,
        max(case when trim(comment_text) not in ({{ no_comments | join(", ") }}) then comment_text end) as comment_text,
        {% for column in more -%}
            max({{ column }}) as {{ column }},
        {% endfor -%}
        min(_run_id) as _run_id,
        min(_file) as _file,
        min(_row_number) as _row_number,
        min(_landed_at) as _landed_at,
        min(_landing_order) as _landing_order
    from {{ entries }}
    group by source_relation, response_id, survey_id, item, changed_at, is_of_current_response
{%- endmacro %}

{#
    The entity `answers` of gathered ones, their value being the column `value`. One that says nothing is none; one that a later
    version of its response no longer has was taken back.
#}
{% macro staged_answers(gathered, value='number_value') -%}
    with

    given as (

        select * from {{ gathered }}
        where number_value is not null or comment_text is not null

    )

    select
        given.response_id || ':' || given.item as answer_id,
        given.response_id,
        given.survey_id || ':' || given.item as question_id,
        given.{{ value }} as value,
        given.comment_text as comment,
        {{ instant_text('given.changed_at') }} as updated_at,
        given.source_relation,
        given._run_id,
        given._file,
        given._row_number,
        given._landed_at,
        given._landing_order
    from given
    where
        given.is_of_current_response
        or exists (
            select 1
            from given as newest
            where
                newest.is_of_current_response
                and given.source_relation = newest.source_relation
                and given.response_id = newest.response_id
                and given.item = newest.item
        )
{%- endmacro %}

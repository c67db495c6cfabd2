-- One row per thing asked, with what the user's mapping file says of it: its own entry before that of the whole question.
with

items as (

    select * from {{ ref('base_qualtrics__items') }}

),

asked as (

    select
        survey_id,
        item_id as question_id
    from items
    union
    select
        survey_id,
        base_id as question_id
    from items

),

said as (

    {{ mapped_questions('qualtrics', 'asked') }}

)

select
    items.*,
    {% for column in ['measure', 'scale_id', 'category', 'weight', 'counts_for_award', 'touchpoint'] -%}
        case when own.question_id is null then whole.{{ column }} else own.{{ column }} end as {{ column }},
    {% endfor -%}
    coalesce(own.is_ignored, whole.is_ignored, 'false') = 'true' as is_ignored
from items
left join said as own
    on items.survey_id = own.survey_id and items.item_id = own.question_id
left join said as whole
    on items.survey_id = whole.survey_id and items.base_id = whole.question_id

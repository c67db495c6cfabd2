/*
    One row per thing asked. What it measures says the mapping file: without an entry it measures nothing and is refused, to be
    seen; an ignored one is no row. Qualtrics dates the survey, not the question.
*/
with

items as (

    select * from {{ ref('base_qualtrics__items_mapped') }}
    where not is_ignored

),

surveys as (

    select
        source_relation,
        id,
        last_modified
    from {{ source('qualtrics', 'survey') }}
    where is_current

),

final as (

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
        {{ instant_text('surveys.last_modified') }} as updated_at,
        items.source_relation,
        items._run_id,
        items._file,
        items._row_number,
        items._landed_at,
        items._landing_order
    from items
    left join surveys
        on items.source_relation = surveys.source_relation and items.survey_id = surveys.id

)

select * from final

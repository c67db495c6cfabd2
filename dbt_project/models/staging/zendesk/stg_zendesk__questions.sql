-- One row per question and wording. What it measures, and on which scale, is the mapping file's to say; a question it does
-- not know has neither, and the door reports it. A question it ignores gives no row.
with

asked as (

    select * from {{ ref('base_zendesk__questions_asked') }}

),

said as (

    {{ mapped_questions('zendesk', 'asked') }}

)

select
    {{ dbt.concat(["asked.survey_id", "':'", "asked.question_id"]) }} as question_id,
    asked.survey_id,
    asked.question_text,
    said.scale_id,
    said.measure,
    said.category,
    said.weight,
    said.counts_for_award,
    said.touchpoint,
    asked.updated_at,
    asked.source_relation,
    asked._run_id,
    asked._file,
    asked._row_number,
    asked._landed_at,
    asked._landing_order

from asked
left join said
    on asked.survey_id = said.survey_id
    and asked.question_id = said.question_id
where coalesce(said.is_ignored, 'false') <> 'true'

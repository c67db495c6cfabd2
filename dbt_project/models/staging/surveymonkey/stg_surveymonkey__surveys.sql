-- One row per version of a survey; of which project and kind it is says the mapping file. Without an entry it has none, and is refused.
with

surveys as (

    select
        *,
        id as survey_id
    from {{ source('surveymonkey', 'survey') }}
    where not is_gone

),

said as (

    {{ mapped_surveys('surveymonkey', 'surveys') }}

),

final as (

    select
        surveys.survey_id,
        coalesce(said.survey_name, surveys.title) as survey_name,
        said.project_id,
        said.kind,
        {{ instant_text('surveys.date_modified') }} as updated_at,
        surveys.source_relation,
        surveys._run_id,
        surveys._file,
        surveys._row_number,
        surveys._landed_at,
        surveys._landing_order
    from surveys
    left join said on surveys.survey_id = said.survey_id

)

select * from final

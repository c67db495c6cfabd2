-- One row per answered survey: HubSpot asks one scored question, `score`; one the mapping file does not know has no scale.
with

surveys as (

    select * from {{ ref('base_hubspot__surveys') }}

),

said as (

    {{ mapped_questions('hubspot', ref('base_hubspot__surveys')) }}

),

mapped as (

    select
        {{ dbt.concat(["surveys.survey_id", "':score'"]) }} as question_id,
        surveys.survey_id,
        coalesce(surveys.survey_name, surveys.survey_id) as question_text,
        said.scale_id,
        said.measure,
        said.category,
        said.weight,
        said.counts_for_award,
        said.touchpoint,
        {{ instant_text('surveys.first_submitted_at') }} as updated_at,
        {{ hubspot_lineage('surveys') }}
    from surveys
    left join said on surveys.survey_id = said.survey_id
    where coalesce(said.is_ignored, 'false') <> 'true'

)

select * from mapped

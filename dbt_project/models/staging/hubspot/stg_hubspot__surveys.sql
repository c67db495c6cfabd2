-- One row per survey that somebody answered; without an entry in the mapping file it has no project, and the door says so.
with

surveys as (

    select * from {{ ref('base_hubspot__surveys') }}

),

said as (

    {{ mapped_surveys('hubspot', ref('base_hubspot__surveys')) }}

),

mapped as (

    select
        surveys.survey_id,
        coalesce(said.survey_name, surveys.survey_name) as survey_name,
        said.project_id,
        said.kind,
        {{ instant_text('surveys.first_submitted_at') }} as updated_at,
        {{ hubspot_lineage('surveys') }}
    from surveys
    left join said on surveys.survey_id = said.survey_id

)

select * from mapped

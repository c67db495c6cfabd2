-- One row per survey that was answered: the legacy rating is one, each newer survey is one. What project it audits is the
-- mapping file's to say; a survey it does not know has none, and the door reports it.
with

seen as (

    select
        questions.*,
        row_number() over (
            partition by questions.source_relation, questions.survey_id
            order by {{ dbt.safe_cast('updated_at', 'timestamptz') }}, questions.question_id
        ) as first_first
    from {{ ref('base_zendesk__questions_asked') }} as questions

),

said as (

    {{ mapped_surveys('zendesk', 'seen') }}

)

select
    seen.survey_id,
    coalesce(
        said.survey_name,
        case
            when seen.survey_id = 'satisfaction_rating' then 'Zendesk satisfaction rating'
            else {{ dbt.concat(["'Zendesk survey '", "seen.survey_id"]) }}
        end
    ) as survey_name,
    said.project_id,
    coalesce(said.kind, 'transactional') as kind,
    seen.updated_at,
    seen.source_relation,
    seen._run_id,
    seen._file,
    seen._row_number,
    seen._landed_at,
    seen._landing_order

from seen
left join said
    on seen.survey_id = said.survey_id
where seen.first_first = 1

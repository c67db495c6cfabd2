-- One row per response considered for an award, counted or not, with the file and row it came from.
with

award_scores as (

    select
        response_id,
        award_score,
        award_score_ratio
    from {{ ref('int_response_scores') }}
    where category = 'overall'

)

select
    responses.response_id,
    cast(extract(year from responses.responded_date) as bigint) as award_year,
    responses.project_id,
    responses.survey_id,
    responses.account_id,
    responses.contact_id,
    responses.respondent_type,
    responses.responded_at,
    responses.wave_or_quarter as wave,
    award_scores.award_score,
    award_scores.award_score_ratio,
    responses.overall_score,
    responses.exclusion_reason is null and award_scores.award_score is not null as is_counted,

    -- counted as a response, yet none of its questions counts for the award
    case
        when responses.exclusion_reason is not null then responses.exclusion_reason
        when award_scores.award_score is null then 'no_award_question'
    end as exclusion_reason,
    responses._file as source_file,
    responses._row_number as source_row_number,
    responses._run_id as source_run_id,
    responses._content_hash as content_hash

from {{ ref('int_responses_excluded') }} as responses
-- left: a response without a scored answer was considered too
left join award_scores
    on responses.response_id = award_scores.response_id

-- One row per counted response and category with a score from questions that count for the award.
select
    responses.response_id,
    responses.project_id,
    responses.account_id,
    responses.contact_id,
    responses.invitation_id,
    cast(extract(year from responses.responded_date) as integer) as award_year,
    responses.responded_date,
    responses.wave_or_quarter,
    response_scores.category,
    response_scores.award_score,
    response_scores.award_score_ratio

from {{ ref('int_responses_excluded') }} as responses
inner join {{ ref('int_response_scores') }} as response_scores
    on responses.response_id = response_scores.response_id
where responses.exclusion_reason is null
    and response_scores.award_score is not null

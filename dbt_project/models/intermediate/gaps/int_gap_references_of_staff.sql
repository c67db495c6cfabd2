-- One row per account, quarter and category: what the company's own staff believe the account would say.
-- Complete answers of employees count, all of them: nothing supersedes here and no domain is internal.
select
    responses.account_id,
    responses.quarter_start_date,
    response_scores.category,
    'perception' as gap_kind,
    cast(count(*) as bigint) as reference_count,
    {{ exact_sum("response_scores.score") }} as reference_sum,
    {{ spread_sum("response_scores.score") }} as reference_spread_sum,
    {{ spread_square_sum("response_scores.score") }} as reference_spread_square_sum

from {{ ref('int_responses_excluded') }} as responses
inner join {{ ref('int_response_scores') }} as response_scores
    on responses.response_id = response_scores.response_id
where responses.respondent_type = 'employee'
    and responses.is_complete
    and responses.responded_date <= {{ as_of_date() }}
group by responses.account_id, responses.quarter_start_date, response_scores.category

-- One row per counted response and category it has a score in, with every group it belongs to.
with

responses as (

    select * from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null

)

select
    responses.response_id,
    responses.quarter_start_date,
    responses.project_id,
    responses.account_id,
    responses.contact_id,
    account_tiers.account_tier,
    accounts.industry,
    accounts.region,
    response_scores.category,
    response_scores.score

from responses
inner join {{ ref('int_response_scores') }} as response_scores
    on responses.response_id = response_scores.response_id
inner join {{ ref('int_accounts_current') }} as accounts
    on responses.account_id = accounts.account_id
-- left: an account that was no customer on the quarter's last day has no tier
left join {{ ref('int_account_quarters_tiered') }} as account_tiers
    on responses.account_id = account_tiers.account_id
    and responses.quarter_start_date = account_tiers.quarter_start_date

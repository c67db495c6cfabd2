-- One row per account, quarter and category with a counted response: what the customers of the account said.
select
    grouped.scope_id as account_id,
    grouped.quarter_start_date,
    quarters.last_day,
    grouped.category,
    grouped.response_count,
    grouped.score_sum,
    grouped.spread_sum,
    grouped.spread_square_sum,
    account_tiers.account_tier,
    account_tiers.revenue_t4q

from {{ ref('int_scores_grouped') }} as grouped
inner join {{ ref('int_quarters') }} as quarters
    on grouped.quarter_start_date = quarters.quarter_start_date
-- left: an account that was no customer on the last day has neither tier nor revenue to rank by
left join {{ ref('int_account_quarters_tiered') }} as account_tiers
    on grouped.scope_id = account_tiers.account_id
    and grouped.quarter_start_date = account_tiers.quarter_start_date
where grouped.scope_type = 'account'

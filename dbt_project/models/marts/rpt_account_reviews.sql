-- One row per account and quarter of a customer: what the review meeting with the customer needs on the table.
with

loads as (

    select * from {{ ref('int_relationship_loads') }}

)

select
    tiers.account_id,
    tiers.quarter_start_date,
    accounts.account_name,
    tiers.account_tier,
    tiers.service_tier,
    quadrants.quadrant,
    quadrants.previous_quadrant,
    scores.mean_score,
    scores.response_count,
    scores.previous_quarter_mean,
    scores.segment_mean,
    scores.global_mean,
    scores.participant_count,
    scores.non_respondent_count,
    coverage.is_decision_maker_heard,
    gaps.top_gap_category,
    gaps.top_gap,
    gaps.top_gap_origin,
    gaps.top_gaps,
    alerts.open_alert_count,
    alerts.open_alerts,
    alerts.raised_last_time_count,
    alerts.raised_last_time,
    alerts.settled_count,
    alerts.raised_again_count,
    accounts.executive_sponsor_id,
    sponsors.full_name as executive_sponsor_name,
    sponsor_loads.is_within_limit as is_sponsor_within_limit,
    accounts.account_manager_id,
    managers.full_name as account_manager_name,
    manager_loads.is_within_limit as is_manager_within_limit,
    dates.last_review_date,
    dates.next_review_date

from {{ ref('int_account_quarters_tiered') }} as tiers
inner join {{ ref('int_accounts_current') }} as accounts
    on tiers.account_id = accounts.account_id
inner join {{ known_now(ref('fct_account_quadrants')) }} as quadrants
    on tiers.account_id = quadrants.account_id
    and tiers.quarter_start_date = quadrants.quarter_start_date
inner join {{ ref('int_review_scores') }} as scores
    on tiers.account_id = scores.account_id
    and tiers.quarter_start_date = scores.quarter_start_date
inner join {{ ref('int_account_coverage') }} as coverage
    on tiers.account_id = coverage.account_id
    and tiers.quarter_start_date = coverage.quarter_start_date
inner join {{ ref('int_review_alerts') }} as alerts
    on tiers.account_id = alerts.account_id
    and tiers.quarter_start_date = alerts.quarter_start_date
inner join {{ ref('int_review_dates') }} as dates
    on tiers.account_id = dates.account_id
    and tiers.quarter_start_date = dates.quarter_start_date
-- left, the rest: an account may fall short of nothing, have nobody in charge, or somebody the CRM does not know
left join {{ ref('int_review_gaps') }} as gaps
    on tiers.account_id = gaps.account_id
    and tiers.quarter_start_date = gaps.quarter_start_date
left join {{ ref('int_employees_current') }} as sponsors
    on accounts.executive_sponsor_id = sponsors.employee_id
left join {{ ref('int_employees_current') }} as managers
    on accounts.account_manager_id = managers.employee_id
left join loads as sponsor_loads
    on sponsor_loads.role = 'executive_sponsor'
    and accounts.executive_sponsor_id = sponsor_loads.employee_id
    and tiers.quarter_start_date = sponsor_loads.quarter_start_date
left join loads as manager_loads
    on manager_loads.role = 'account_manager'
    and accounts.account_manager_id = manager_loads.employee_id
    and tiers.quarter_start_date = manager_loads.quarter_start_date

-- One row per quarter: the customer programme at a glance. Each theme has its model in intermediate/programme.
with

quadrants as (

    select
        quarter_start_date,
        cast(sum(case when quadrant = 'willing_but_not_able' then 1 else 0 end) as bigint) as willing_but_not_able_count,
        cast(sum(case when quadrant = 'risky_business' then 1 else 0 end) as bigint) as risky_business_count,
        cast(sum(case when quadrant = 'silent_but_satisfied' then 1 else 0 end) as bigint) as silent_but_satisfied_count,
        cast(sum(case when quadrant = 'raving_fans' then 1 else 0 end) as bigint) as raving_fans_count
    from {{ known_now(ref('fct_account_quadrants')) }}
    group by quarter_start_date

),

tickets as (

    select
        quarter_start_date,
        cast(sum(case when is_first_reply_in_sla then 1 else 0 end) as {{ type_double() }})
        / nullif(count(is_first_reply_in_sla), 0) as first_reply_in_sla_share,
        cast(sum(case when is_resolution_in_sla then 1 else 0 end) as {{ type_double() }})
        / nullif(count(is_resolution_in_sla), 0) as resolution_in_sla_share
    from {{ ref('fct_tickets') }}
    group by quarter_start_date

)

select
    quarters.quarter_start_date,

    customers.customer_count,
    relationships.accounts_per_manager_max,
    relationships.managers_over_limit,
    relationships.accounts_without_manager,
    relationships.sponsors_over_limit,
    relationships.key_accounts_without_sponsor,

    customers.account_loss_rate,
    customers.account_loss_band,
    retention.net_revenue_retention,
    retention.gross_revenue_retention,
    retention.retention_base_quarters,

    voice.invitation_count,
    voice.response_rate,
    voice.response_count,
    voice.mean_score,
    coverage.revenue_heard_share,
    coverage.is_revenue_heard_target_met,
    voice.effort_score,
    voice.effort_count,
    voice.nps_count,
    voice.nps,
    voice.nps_low,
    voice.nps_high,

    coalesce(quadrants.willing_but_not_able_count, 0) as willing_but_not_able_count,
    coalesce(quadrants.risky_business_count, 0) as risky_business_count,
    coalesce(quadrants.silent_but_satisfied_count, 0) as silent_but_satisfied_count,
    coalesce(quadrants.raving_fans_count, 0) as raving_fans_count,
    customers.key_account_share,
    customers.key_revenue_share,
    tickets.first_reply_in_sla_share,
    tickets.resolution_in_sla_share,
    quarters.is_closed

from {{ ref('int_quarters') }} as quarters
inner join {{ ref('int_programme_customers') }} as customers
    on quarters.quarter_start_date = customers.quarter_start_date
inner join {{ ref('int_programme_relationships') }} as relationships
    on quarters.quarter_start_date = relationships.quarter_start_date
inner join {{ ref('int_programme_retention') }} as retention
    on quarters.quarter_start_date = retention.quarter_start_date
inner join {{ ref('int_programme_voice') }} as voice
    on quarters.quarter_start_date = voice.quarter_start_date
-- left, three times: a quarter without customers or tickets has its row all the same
left join {{ ref('int_programme_coverage') }} as coverage
    on quarters.quarter_start_date = coverage.quarter_start_date
left join quadrants
    on quarters.quarter_start_date = quadrants.quarter_start_date
left join tickets
    on quarters.quarter_start_date = tickets.quarter_start_date

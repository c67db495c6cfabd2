-- One row per quarter with a customer: whose revenue and whose decision makers were heard.
with

targets as (

    {{ rule_periods(ref('kpi_targets'), parts=["kpi"]) }}

),

heard as (

    select
        quarter_start_date,
        last_day,
        cast(sum(case when revenue_t4q > 0 then revenue_t4q end) as {{ type_double() }}) as revenue,
        cast(sum(case when revenue_t4q > 0 and is_heard then revenue_t4q else 0 end) as {{ type_double() }}) as revenue_heard,
        sum(case when account_tier = 'key' then 1 else 0 end) as key_accounts,
        sum(case when account_tier = 'key' and is_decision_maker_heard then 1 else 0 end) as key_accounts_with_decision_maker
    from {{ ref('int_account_coverage') }}
    group by quarter_start_date, last_day

),

shares as (

    select
        quarter_start_date,
        last_day,
        revenue_heard / revenue as revenue_heard_share,
        cast(key_accounts_with_decision_maker as {{ type_double() }}) / nullif(key_accounts, 0) as decision_maker_coverage
    from heard

)

select
    shares.quarter_start_date,
    shares.revenue_heard_share,
    {{ at_least("shares.revenue_heard_share", "targets.target_low") }} as is_revenue_heard_target_met,
    shares.decision_maker_coverage

from shares
inner join targets
    on targets.kpi = 'revenue_heard_share'
    and {{ in_force("targets", "shares.last_day") }}

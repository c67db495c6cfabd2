-- One row per account and quarter of a customer: its tier and the rule that made it so (CONTRACT section 4, "Account tier").
-- Shares and growth are compared on decimals, cross-multiplied: no division, no rounding.
with

rules as (

    {{ rule_periods(ref('tier_rules')) }}

),

measured as (

    select
        ranked.*,
        ranked.revenue_t4q > 0
        and not {{ reaches_part("ranked.revenue_before", "rules.enter_share", "ranked.revenue_total") }} as enters_key,
        ranked.revenue_t4q > 0
        and not {{ reaches_part("ranked.revenue_before", "rules.leave_share", "ranked.revenue_total") }} as may_stay_key,
        ranked.has_whole_previous_window
        and ranked.previous_revenue_t4q > 0
        and {{ reaches_part(
            "ranked.revenue_t4q - ranked.previous_revenue_t4q", "rules.growth_min", "ranked.previous_revenue_t4q"
        ) }} as has_grown,
        ranked.revenue_t4q > 0
        and {{ reaches_part("ranked.open_expansion", "rules.pipeline_min", "ranked.revenue_t4q") }} as has_pipeline,
        lag(ranked.quarter_index) over (
            partition by ranked.account_id order by ranked.quarter_index
        ) as previous_row_quarter_index

    from {{ ref('int_account_quarters_ranked') }} as ranked
    inner join rules
        on {{ in_force("rules", "ranked.last_day") }}

),

events as (

    -- Hysteresis without recursion: entering is an odd event, losing the right to stay (or a hole in the history)
    -- an even one, merely staying none. The last event before or at a quarter says whether the account is key.
    select
        *,
        case
            when enters_key then quarter_index * 2 + 1
            when not may_stay_key then quarter_index * 2
            when previous_row_quarter_index is null or previous_row_quarter_index <> quarter_index - 1 then quarter_index * 2
        end as key_event
    from measured

),

keyed as (

    select
        *,
        coalesce(
            max(key_event) over (
                partition by account_id order by quarter_index rows between unbounded preceding and current row
            ) % 2 = 1,
            false
        ) as is_key
    from events

),

reasoned as (

    select
        *,
        case
            when enters_key then 'revenue'
            when is_key then 'hysteresis'
            when is_strategic then 'is_strategic'
            when coalesce(has_grown, false) then 'growth'
            when has_pipeline then 'pipeline'
            else 'none'
        end as tier_reason
    from keyed

),

tiered as (

    select
        *,
        case
            when tier_reason in ('revenue', 'hysteresis') then 'key'
            when tier_reason = 'none' then 'marginal'
            else 'strategic'
        end as account_tier
    from reasoned

)

select
    account_id,
    quarter_start_date,
    quarter_index,
    last_day,
    revenue_t4q,
    previous_revenue_t4q,
    cost_to_serve_t4q,
    open_expansion,
    revenue_total,
    revenue_before,
    account_tier,
    case
        when account_tier = 'key' or is_strategic then 'I'
        when account_tier = 'strategic' then 'II'
        else 'III'
    end as service_tier,
    tier_reason

from tiered

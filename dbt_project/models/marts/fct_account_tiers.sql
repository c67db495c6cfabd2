-- One row per account and quarter in which it was a customer on the last day.
with

tiers as (

    select * from {{ ref('int_account_quarters_tiered') }}

)

select
    tiers.account_id,
    tiers.quarter_start_date,
    cast(tiers.revenue_t4q as {{ type_double() }}) as revenue_t4q,
    cast(tiers.revenue_t4q as {{ type_double() }}) / cast(tiers.revenue_total as {{ type_double() }}) as revenue_share,
    case
        when tiers.revenue_total is null then null
        when tiers.revenue_t4q <= 0 then 1
        else cast(tiers.revenue_before as {{ type_double() }}) / cast(tiers.revenue_total as {{ type_double() }})
    end as revenue_share_before,
    cast(tiers.cost_to_serve_t4q as {{ type_double() }}) as cost_to_serve_t4q,
    tiers.account_tier,
    tiers.service_tier,
    tiers.tier_reason,
    quarter_before.account_tier as previous_tier,
    tiers.revenue_t4q < tiers.cost_to_serve_t4q as is_unprofitable

from tiers
-- left: an account's first quarter has none before
left join tiers as quarter_before
    on tiers.account_id = quarter_before.account_id
    and tiers.quarter_index - 1 = quarter_before.quarter_index

-- Every customer's revenue is heard or unheard: both add up to the tier table, and the published share is what they say.
-- Revenue below zero is no part of the share, but no account may get lost with it.
{{ config(meta={"sentence": "revenue heard and unheard is not the customers' revenue, or the published share is another"}) }}
with

tiers as (

    select
        quarter_start_date,
        count(*) as account_count,
        sum(revenue_t4q) as revenue
    from {{ known_now(ref('fct_account_tiers')) }}
    group by quarter_start_date

),

covered as (

    select
        quarter_start_date,
        count(*) as account_count,
        sum(case when is_heard then revenue_t4q else 0 end) as revenue_heard,
        sum(case when not is_heard then revenue_t4q else 0 end) as revenue_unheard,
        sum(case when is_heard and revenue_t4q > 0 then revenue_t4q else 0 end) as positive_heard,
        sum(case when revenue_t4q > 0 then revenue_t4q else 0 end) as positive
    from {{ known_now(ref('rpt_coverage')) }}
    group by quarter_start_date

)

select
    programme.quarter_start_date,
    programme.revenue_heard_share,
    tiers.revenue,
    covered.revenue_heard,
    covered.revenue_unheard

from {{ known_now(ref('rpt_program_kpis')) }} as programme
left join tiers
    on programme.quarter_start_date = tiers.quarter_start_date
left join covered
    on programme.quarter_start_date = covered.quarter_start_date
where coalesce(tiers.account_count, 0) <> coalesce(covered.account_count, 0)
    -- doubles are added here: a cent in ten million
    or abs(covered.revenue_heard + covered.revenue_unheard - tiers.revenue) > 1e-9 * (1 + abs(tiers.revenue) + covered.positive)
    or (programme.revenue_heard_share is null) <> (coalesce(covered.positive, 0) = 0)
    or abs(programme.revenue_heard_share * covered.positive - covered.positive_heard) > 1e-9 * (1 + covered.positive)

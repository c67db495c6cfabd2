-- One row per account and quarter of a customer: what all accounts with strictly more revenue bring together.
-- Equal revenues are ties: none of them stands before another.
with

by_revenue as (

    select
        quarter_start_date,
        revenue_t4q,
        cast(sum(revenue_t4q) as decimal(38, 16)) as revenue_of_ties
    from {{ ref('int_account_quarters_valued') }}
    where revenue_t4q > 0
    group by quarter_start_date, revenue_t4q

),

running as (

    select
        quarter_start_date,
        revenue_t4q,
        cast(
            sum(revenue_of_ties) over (
                partition by quarter_start_date
                order by revenue_t4q desc
                rows between unbounded preceding and current row
            ) - revenue_of_ties as decimal(38, 16)
        ) as revenue_before,
        cast(sum(revenue_of_ties) over (partition by quarter_start_date) as decimal(38, 16)) as revenue_total
    from by_revenue

),

totals as (

    select distinct
        quarter_start_date,
        revenue_total
    from running

)

select
    valued.*,
    totals.revenue_total,
    -- without positive revenue an account stands behind everybody
    coalesce(running.revenue_before, totals.revenue_total) as revenue_before

from {{ ref('int_account_quarters_valued') }} as valued
-- left: where nobody has positive revenue there is no total
left join totals
    on valued.quarter_start_date = totals.quarter_start_date
left join running
    on valued.quarter_start_date = running.quarter_start_date
    and valued.revenue_t4q = running.revenue_t4q

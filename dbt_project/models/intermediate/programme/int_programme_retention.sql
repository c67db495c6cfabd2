-- One row per quarter: what the accounts with revenue in the four quarters before the last four bring in those.
-- All accounts, customers or not: who left and pays no more is the point of it.
with

revenue_by_quarter as (

    select
        account_id,
        quarter_index,
        cast(sum(revenue) as decimal(38, 16)) as revenue
    from {{ ref('int_revenue_converted') }}
    group by account_id, quarter_index

),

windows as (

    select
        quarters.quarter_start_date,
        revenue_by_quarter.account_id,
        cast(
            sum(case when revenue_by_quarter.quarter_index > quarters.quarter_index - 4 then revenue_by_quarter.revenue else 0 end)
            as decimal(38, 16)
        ) as revenue,
        cast(
            sum(case when revenue_by_quarter.quarter_index <= quarters.quarter_index - 4 then revenue_by_quarter.revenue else 0 end)
            as decimal(38, 16)
        ) as previous_revenue

    from {{ ref('int_quarters') }} as quarters
    inner join revenue_by_quarter
        on revenue_by_quarter.quarter_index between quarters.quarter_index - 7 and quarters.quarter_index
    group by quarters.quarter_start_date, revenue_by_quarter.account_id

),

kept as (

    select
        quarter_start_date,
        cast(sum(revenue) as {{ type_double() }}) as revenue,
        -- what an account brings beyond its last year's hides no loss of another
        cast(sum(least(revenue, previous_revenue)) as {{ type_double() }}) as revenue_capped,
        cast(sum(previous_revenue) as {{ type_double() }}) as previous_revenue
    from windows
    where previous_revenue > 0
    group by quarter_start_date

)

select
    quarters.quarter_start_date,
    kept.revenue / kept.previous_revenue as net_revenue_retention,
    kept.revenue_capped / kept.previous_revenue as gross_revenue_retention,

    -- with fewer than four, a short history is compared with a whole year
    cast(
        count(*) over (order by quarters.quarter_index rows between 7 preceding and 4 preceding) as bigint
    ) as retention_base_quarters

from {{ ref('int_quarters') }} as quarters
-- left: nobody had revenue before
left join kept
    on quarters.quarter_start_date = kept.quarter_start_date

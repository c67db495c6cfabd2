-- The bands of a fiscal year hold each customer of its last quarter once, with all its revenue.
{{ config(meta={"sentence": "the satisfaction bands of a year do not hold exactly the customers of its last quarter"}) }}
with

years as (

    select
        quarters.fiscal_year,
        count(*) as customers,
        sum(tiers.revenue_t4q) as revenue,
        sum(abs(tiers.revenue_t4q)) as turnover

    from {{ ref('int_quarters') }} as quarters
    inner join {{ known_now(ref('fct_account_tiers')) }} as tiers
        on quarters.quarter_start_date = tiers.quarter_start_date
    where quarters.fiscal_quarter_number = 4
        and quarters.quarter_end_date <= {{ as_of_date() }}
    group by quarters.fiscal_year

),

bands as (

    select
        year,
        sum(account_count) as customers,
        sum(revenue_t4q) as revenue
    from {{ ref('rpt_loyalty_economics') }}
    where band is not null
    group by year

)

select
    years.fiscal_year,
    bands.year,
    years.customers,
    bands.customers as customers_in_bands

from years
full outer join bands
    on years.fiscal_year = bands.year
where coalesce(years.customers, 0) <> coalesce(bands.customers, 0)
    or abs(years.revenue - bands.revenue) > 1e-9 * (1 + years.turnover)

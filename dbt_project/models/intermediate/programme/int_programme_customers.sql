-- One row per quarter: its customers, how many of those of a year ago are none any more, and what the key accounts bring.
with

targets as (

    {{ rule_periods(ref('kpi_targets'), parts=["kpi"]) }}

),

customers as (

    select * from {{ ref('int_account_quarters_tiered') }}

),

counted as (

    select
        quarter_start_date,
        cast(count(*) as bigint) as customer_count,
        cast(sum(case when account_tier = 'key' then 1 else 0 end) as bigint) as key_account_count,
        cast(sum(case when revenue_t4q > 0 then revenue_t4q end) as decimal(38, 16)) as revenue,
        cast(sum(case when revenue_t4q > 0 and account_tier = 'key' then revenue_t4q else 0 end) as decimal(38, 16)) as key_revenue
    from customers
    group by quarter_start_date

),

followed as (

    -- a quarter without customers a year before has no row, and so no rate
    select
        quarters.quarter_start_date,
        quarters.last_day,
        count(*) as customers_before,
        sum(case when customers.account_id is null then 1 else 0 end) as customers_lost

    from {{ ref('int_quarters') }} as quarters
    inner join customers as customers_of_last_year
        on quarters.quarter_index - 4 = customers_of_last_year.quarter_index
    left join customers
        on customers_of_last_year.account_id = customers.account_id
        and quarters.quarter_index = customers.quarter_index
    group by quarters.quarter_start_date, quarters.last_day

),

lost as (

    select
        followed.quarter_start_date,
        cast(followed.customers_lost as {{ type_double() }}) / followed.customers_before as account_loss_rate,
        targets.target_low,
        targets.target_high

    from followed
    inner join targets
        on targets.kpi = 'account_loss_rate'
        and {{ in_force("targets", "followed.last_day") }}

)

select
    quarters.quarter_start_date,
    coalesce(counted.customer_count, 0) as customer_count,
    lost.account_loss_rate,
    case
        when lost.account_loss_rate is null then null
        when {{ below("lost.account_loss_rate", "lost.target_low") }} then 'below'
        when {{ below("lost.target_high", "lost.account_loss_rate") }} then 'above'
        else 'within'
    end as account_loss_band,
    cast(counted.key_account_count as {{ type_double() }}) / counted.customer_count as key_account_share,
    cast(counted.key_revenue as {{ type_double() }}) / cast(counted.revenue as {{ type_double() }}) as key_revenue_share

from {{ ref('int_quarters') }} as quarters
-- left, twice: a quarter without customers is a quarter of the programme too
left join counted
    on quarters.quarter_start_date = counted.quarter_start_date
left join lost
    on quarters.quarter_start_date = lost.quarter_start_date

-- One row per account and quarter of a customer: revenue and cost of four quarters, the four before, the open pipeline.
with

account_quarters as (

    select * from {{ ref('int_account_quarters') }}

),

revenue_by_quarter as (

    select
        account_id,
        quarter_index,
        cast(sum(revenue) as decimal(38, 16)) as revenue,
        cast(sum(cost_to_serve) as decimal(38, 16)) as cost_to_serve
    from {{ ref('int_revenue_converted') }}
    group by account_id, quarter_index

),

first_revenue as (

    -- whatever the amount: a first row of 0 starts the history too
    select
        account_id,
        min(quarter_index) as first_revenue_quarter_index
    from {{ ref('int_revenue_converted') }}
    group by account_id

),

first_quarter as (

    select min(quarter_index) as first_quarter_index
    from {{ ref('int_quarters') }}

),

revenue_of_windows as (

    select
        account_quarters.account_id,
        account_quarters.quarter_index,
        sum(
            case when revenue_by_quarter.quarter_index > account_quarters.quarter_index - 4 then revenue_by_quarter.revenue else 0 end
        ) as revenue_t4q,
        sum(
            case when revenue_by_quarter.quarter_index > account_quarters.quarter_index - 4 then revenue_by_quarter.cost_to_serve else 0 end
        ) as cost_to_serve_t4q,
        sum(
            case when revenue_by_quarter.quarter_index <= account_quarters.quarter_index - 4 then revenue_by_quarter.revenue else 0 end
        ) as previous_revenue_t4q

    from account_quarters
    inner join revenue_by_quarter
        on account_quarters.account_id = revenue_by_quarter.account_id
        and revenue_by_quarter.quarter_index between account_quarters.quarter_index - 7 and account_quarters.quarter_index
    group by account_quarters.account_id, account_quarters.quarter_index

),

pipeline as (

    select
        account_quarters.account_id,
        account_quarters.quarter_index,
        sum(coalesce({{ converted("opportunities.amount") }}, 0)) as open_expansion

    from account_quarters
    inner join {{ ref('int_opportunities_current') }} as opportunities
        on account_quarters.account_id = opportunities.account_id
        and opportunities.kind = 'expansion'
        and opportunities.created_on <= account_quarters.last_day
        -- closed without a date is no pipeline: nobody knows since when
        and (not coalesce(opportunities.is_closed, false) or account_quarters.last_day < opportunities.close_date)
    group by account_quarters.account_id, account_quarters.quarter_index

)

select
    account_quarters.account_id,
    account_quarters.quarter_start_date,
    account_quarters.quarter_index,
    account_quarters.last_day,
    account_quarters.is_strategic,
    cast(coalesce(revenue_of_windows.revenue_t4q, 0) as decimal(38, 16)) as revenue_t4q,
    cast(coalesce(revenue_of_windows.cost_to_serve_t4q, 0) as decimal(38, 16)) as cost_to_serve_t4q,
    cast(coalesce(revenue_of_windows.previous_revenue_t4q, 0) as decimal(38, 16)) as previous_revenue_t4q,
    cast(coalesce(pipeline.open_expansion, 0) as decimal(38, 16)) as open_expansion,

    -- growth is only told from a whole window: it lies in the calendar and after the account's first revenue
    account_quarters.quarter_index - 7 >= first_quarter.first_quarter_index
    and account_quarters.quarter_index - 7 >= first_revenue.first_revenue_quarter_index as has_whole_previous_window

from account_quarters
cross join first_quarter
left join first_revenue
    on account_quarters.account_id = first_revenue.account_id
left join revenue_of_windows
    on account_quarters.account_id = revenue_of_windows.account_id
    and account_quarters.quarter_index = revenue_of_windows.quarter_index
left join pipeline
    on account_quarters.account_id = pipeline.account_id
    and account_quarters.quarter_index = pipeline.quarter_index

-- One row per row of int_loyalty_accounts: whether the account was a customer 1 to 4 quarters later, and its revenue in those four.
-- No look-ahead: a quarter that has not ended says nothing, and neither does a year with one such quarter.
with

accounts as (

    select * from {{ ref('int_loyalty_accounts') }}

),

ended_quarters as (

    select quarter_index
    from {{ ref('int_quarters') }}
    where quarter_end_date <= {{ as_of_date() }}

),

quarters_later as (

    select
        accounts.fiscal_year,
        accounts.account_id,
        ended_quarters.quarter_index - accounts.quarter_index as horizon,
        case when customers.account_id is null then 0 else 1 end as is_customer

    from accounts
    inner join ended_quarters
        on ended_quarters.quarter_index between accounts.quarter_index + 1 and accounts.quarter_index + 4
    left join {{ ref('int_account_quarters_tiered') }} as customers
        on accounts.account_id = customers.account_id
        and ended_quarters.quarter_index = customers.quarter_index

),

retained as (

    select
        fiscal_year,
        account_id,
        max(case when horizon = 1 then is_customer end) as retained_q1,
        max(case when horizon = 2 then is_customer end) as retained_q2,
        max(case when horizon = 3 then is_customer end) as retained_q3,
        max(case when horizon = 4 then is_customer end) as retained_q4
    from quarters_later
    group by fiscal_year, account_id

),

revenue_later as (

    select
        accounts.fiscal_year,
        accounts.account_id,
        sum(revenue.revenue) as revenue

    from accounts
    inner join {{ ref('int_revenue_converted') }} as revenue
        on accounts.account_id = revenue.account_id
        and revenue.quarter_index between accounts.quarter_index + 1 and accounts.quarter_index + 4
    group by accounts.fiscal_year, accounts.account_id

)

select
    accounts.fiscal_year,
    accounts.account_id,
    retained.retained_q1,
    retained.retained_q2,
    retained.retained_q3,
    retained.retained_q4,
    case
        when retained.retained_q4 is null then null
        else cast(coalesce(revenue_later.revenue, 0) as decimal(38, 16))
    end as revenue_next

from accounts
-- left, twice: no quarter has ended since, or nothing was paid
left join retained
    on accounts.fiscal_year = retained.fiscal_year
    and accounts.account_id = retained.account_id
left join revenue_later
    on accounts.fiscal_year = revenue_later.fiscal_year
    and accounts.account_id = revenue_later.account_id

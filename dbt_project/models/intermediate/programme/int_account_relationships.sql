-- One row per account and quarter of a customer and role that should look after it: who does, null where nobody is named.
with

customers as (

    select
        tiers.account_id,
        tiers.quarter_start_date,
        tiers.last_day,
        tiers.revenue_t4q,
        tiers.account_tier,
        accounts.account_manager_id,
        accounts.executive_sponsor_id

    from {{ ref('int_account_quarters_tiered') }} as tiers
    inner join {{ ref('int_accounts_current') }} as accounts
        on tiers.account_id = accounts.account_id

)

select
    account_id,
    quarter_start_date,
    last_day,
    revenue_t4q,
    account_tier,
    'account_manager' as role,
    account_manager_id as employee_id
from customers
union all
select
    account_id,
    quarter_start_date,
    last_day,
    revenue_t4q,
    account_tier,
    'executive_sponsor' as role,
    executive_sponsor_id as employee_id
from customers

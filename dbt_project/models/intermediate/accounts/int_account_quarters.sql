-- One row per account and quarter in which it was a customer on the quarter's last day.
select
    accounts.account_id,
    quarters.quarter_start_date,
    quarters.quarter_index,
    quarters.last_day,
    coalesce(accounts.is_strategic, false) as is_strategic

from {{ ref('int_accounts_current') }} as accounts
inner join {{ ref('int_quarters') }} as quarters
    on accounts.lifecycle_stage <> 'prospect'
    and (accounts.customer_since is null or accounts.customer_since <= quarters.last_day)
    and (
        accounts.churned_on > quarters.last_day
        or (accounts.churned_on is null and accounts.lifecycle_stage = 'active')
    )

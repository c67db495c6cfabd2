-- One row per account and quarter of a customer: when it was last heard and last met, up to the quarter's last day.
with

latest_by_quarter as (

    select
        account_id,
        quarter_index,
        max(case when touch_kind = 'response' then touch_date end) as heard_date,
        max(case when touch_kind = 'activity' then touch_date end) as activity_date
    from {{ ref('int_account_touches') }}
    group by account_id, quarter_index

)

select
    account_quarters.account_id,
    account_quarters.quarter_start_date,
    max(latest_by_quarter.heard_date) as last_heard_date,
    max(latest_by_quarter.activity_date) as last_activity_date

from {{ ref('int_account_quarters') }} as account_quarters
-- left: who was never heard nor met has no date
left join latest_by_quarter
    on account_quarters.account_id = latest_by_quarter.account_id
    and account_quarters.quarter_index >= latest_by_quarter.quarter_index
group by account_quarters.account_id, account_quarters.quarter_start_date

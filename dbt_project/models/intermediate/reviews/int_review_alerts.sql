-- One row per account and quarter of a customer: which of its alerts are open, and what became of those of the quarter before.
with

alerts as (

    select
        raised.account_id,
        raised.rule_id,
        raised.state,
        raised.is_unsettled,
        quarters.quarter_index
    from {{ ref('int_alerts_raised') }} as raised
    inner join {{ ref('int_quarters') }} as quarters
        on raised.quarter_start_date = quarters.quarter_start_date

),

by_rule as (

    select
        account_id,
        quarter_index,
        rule_id,
        sum(case when is_unsettled then 1 else 0 end) as unsettled_count,
        sum(case when state in ('resolved', 'verified') then 1 else 0 end) as settled_count,
        count(*) as alert_count
    from alerts
    group by account_id, quarter_index, rule_id

),

open_now as (

    select
        account_id,
        quarter_index,
        cast(sum(unsettled_count) as bigint) as open_alert_count,
        {{ dbt.listagg("rule_id", "', '", "order by rule_id") }} as open_alerts
    from by_rule
    where unsettled_count > 0
    group by account_id, quarter_index

),

raised_before as (

    select
        last_time.account_id,
        last_time.quarter_index + 1 as quarter_index,
        cast(sum(last_time.alert_count) as bigint) as raised_last_time_count,
        {{ dbt.listagg("last_time.rule_id", "', '", "order by last_time.rule_id") }} as raised_last_time,
        cast(sum(last_time.settled_count) as bigint) as settled_count,
        cast(count(this_time.rule_id) as bigint) as raised_again_count
    from by_rule as last_time
    -- left: what is not raised again is the good case
    left join by_rule as this_time
        on last_time.account_id = this_time.account_id
        and last_time.rule_id = this_time.rule_id
        and last_time.quarter_index + 1 = this_time.quarter_index
    group by last_time.account_id, last_time.quarter_index

)

select
    account_quarters.account_id,
    account_quarters.quarter_start_date,
    coalesce(open_now.open_alert_count, 0) as open_alert_count,
    open_now.open_alerts,
    coalesce(raised_before.raised_last_time_count, 0) as raised_last_time_count,
    raised_before.raised_last_time,
    coalesce(raised_before.settled_count, 0) as settled_count,
    coalesce(raised_before.raised_again_count, 0) as raised_again_count

from {{ ref('int_account_quarters') }} as account_quarters
-- left, both: most quarters are quiet
left join open_now
    on account_quarters.account_id = open_now.account_id
    and account_quarters.quarter_index = open_now.quarter_index
left join raised_before
    on account_quarters.account_id = raised_before.account_id
    and account_quarters.quarter_index = raised_before.quarter_index

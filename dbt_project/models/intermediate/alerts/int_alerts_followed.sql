-- One row per final alert: whether its account left within the horizon after it, and whether that can be told yet.
with

alerts as (

    select
        raised.alert_id,
        raised.rule_id,
        raised.account_id,
        raised.opened_date,
        raised.opened_date + {{ var("alert_horizon_days") }} as horizon_date,
        accounts.churned_on
    from {{ ref('int_alerts_raised') }} as raised
    inner join {{ ref('int_accounts_current') }} as accounts
        on raised.account_id = accounts.account_id
    where not raised.is_provisional

),

followed as (

    select
        *,
        coalesce(
            churned_on > opened_date and churned_on <= horizon_date and churned_on <= {{ as_of_date() }}, false
        ) as is_followed
    from alerts

)

select
    alert_id,
    rule_id,
    account_id,
    cast(extract(year from opened_date) as integer) as opened_year,
    churned_on,
    is_followed,
    is_followed or horizon_date <= {{ as_of_date() }} as is_judged

from followed

-- One row per alert rule and calendar year: how many alerts it raised or would have raised, and how many churns it told ahead.
with

rules as (

    select distinct alert_rules.rule_id
    from {{ ref('alert_rules') }} as alert_rules
    where alert_rules.valid_from <= {{ as_of_date() }}

),

alerts as (

    select
        rule_id,
        opened_year,
        cast(count(*) as bigint) as alert_count,
        cast(count(distinct account_id) as bigint) as account_count,
        cast(sum(case when is_followed then 1 else 0 end) as bigint) as followed_count,
        cast(sum(case when is_judged then 1 else 0 end) as bigint) as judged_count
    from {{ ref('int_alerts_followed') }}
    group by rule_id, opened_year

),

churns as (

    select
        cast(extract(year from churned_on) as integer) as churned_year,
        cast(count(*) as bigint) as churn_count
    from {{ ref('int_accounts_current') }}
    where churned_on <= {{ as_of_date() }}
    group by extract(year from churned_on)

),

caught as (

    -- a followed alert and a caught churn are the same pair, seen from either end
    select
        rule_id,
        cast(extract(year from churned_on) as integer) as churned_year,
        cast(count(distinct account_id) as bigint) as caught_count
    from {{ ref('int_alerts_followed') }}
    where is_followed
    group by rule_id, extract(year from churned_on)

)

select
    rules.rule_id,
    cast(years.award_year as bigint) as year,
    coalesce(alerts.alert_count, 0) as alert_count,
    coalesce(alerts.account_count, 0) as account_count,
    coalesce(alerts.followed_count, 0) as followed_count,
    coalesce(alerts.judged_count, 0) as judged_count,
    cast(alerts.followed_count as {{ type_double() }}) / nullif(alerts.judged_count, 0) as precision,
    coalesce(churns.churn_count, 0) as churn_count,
    coalesce(caught.caught_count, 0) as caught_count,
    cast(coalesce(caught.caught_count, 0) as {{ type_double() }}) / churns.churn_count as recall

from rules
cross join {{ ref('int_award_years') }} as years
-- left, all of them: a year without alerts, or without churns, is an answer too
left join alerts
    on rules.rule_id = alerts.rule_id
    and years.award_year = alerts.opened_year
left join churns
    on years.award_year = churns.churned_year
left join caught
    on rules.rule_id = caught.rule_id
    and years.award_year = caught.churned_year

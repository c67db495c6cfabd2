-- Every alert that is not provisional stands in the year it was opened, and in no other; what opens the day after as-of waits.
{{ config(meta={"sentence": "rpt_alert_backtest does not add up to the alerts of fct_action_alerts"}) }}
with

final_alerts as (

    select
        rule_id,
        count(*) as alert_count
    from {{ ref('fct_action_alerts') }}
    where not is_provisional
        and extract(year from {{ local_date("opened_at") }}) <= extract(year from {{ as_of_date() }})
    group by rule_id

),

counted as (

    select
        rule_id,
        sum(alert_count) as alert_count
    from {{ ref('rpt_alert_backtest') }}
    group by rule_id

)

select
    counted.rule_id,
    counted.alert_count,
    final_alerts.alert_count as final_alert_count
from counted
full outer join final_alerts
    on counted.rule_id = final_alerts.rule_id
where counted.rule_id is null
    or counted.alert_count <> coalesce(final_alerts.alert_count, 0)

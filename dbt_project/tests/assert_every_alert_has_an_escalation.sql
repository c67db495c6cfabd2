-- An alert that nobody must act on is a figure, not an alert.
{{ config(
    meta={"sentence": "escalation_steps.csv: no step is in force for the severity of an alert; add a row with an earlier valid_from"}
) }}
select
    alerts.alert_id,
    alerts.severity
from {{ ref('fct_action_alerts') }} as alerts
left join {{ ref('rpt_alert_escalations') }} as escalations
    on alerts.alert_id = escalations.alert_id
where escalations.alert_id is null

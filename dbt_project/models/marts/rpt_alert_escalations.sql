-- One row per alert and step of its predetermined escalation, with the instant it is due on the clock of business hours.
select
    steps.alert_id,
    cast(steps.step_number as bigint) as step_number,
    alerts.rule_id,
    alerts.severity,
    alerts.account_id,
    alerts.opened_at,
    steps.due_at,
    case when steps.to_role = 'owner' then alerts.owner_role else steps.to_role end as to_role,
    steps.action,
    alerts.state,
    steps.due_at < {{ local_midnight("cast(" ~ as_of_date() ~ " + 1 as date)") }} and alerts.is_unsettled as is_overdue

from {{ ref('int_alert_steps_due') }} as steps
inner join {{ ref('int_alerts_raised') }} as alerts
    on steps.alert_id = alerts.alert_id

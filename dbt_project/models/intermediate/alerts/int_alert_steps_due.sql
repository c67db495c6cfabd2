-- One row per alert and step of its escalation: the instant at which so much opening time has passed since the alert was opened.
with

steps as (

    {{ rule_periods(ref('escalation_steps'), parts=["severity", "step_number"]) }}

),

hours as (

    select * from {{ ref('int_opening_hours') }}

),

started as (

    -- the opening time that had passed when the alert was opened, counted from the first alert's day
    select
        alerts.alert_id,
        alerts.severity,
        alerts.opened_at,
        alerts.opened_date,
        {{ open_time_at("hours", "alerts.opened_at") }} as passed_when_opened
    from {{ ref('int_alerts_raised') }} as alerts
    -- left: where it is never open there are no days at all
    left join hours
        on alerts.opened_date = hours.day

),

planned as (

    select
        started.alert_id,
        steps.step_number,
        steps.to_role,
        steps.action,
        started.passed_when_opened + {{ microseconds_of_minutes("steps.after_business_minutes") }} as passed_when_due,
        case when steps.after_business_minutes > 0 then 1 else 0 end as waited
    from started
    inner join steps
        on started.severity = steps.severity
        and {{ in_force("steps", "started.opened_date") }}

)

select
    planned.alert_id,
    planned.step_number,
    planned.to_role,
    planned.action,
    {{ add_microseconds("hours.opens_at", "planned.passed_when_due - hours.microseconds_before") }} as due_at

from planned
-- the day that holds the last microsecond of the wait, so that what ends exactly at closing time is due at closing time;
-- what need not wait is due when it is open next. Left: where it is never open nothing falls due
left join hours
    on planned.passed_when_due - planned.waited >= hours.microseconds_before
    and planned.passed_when_due - planned.waited < hours.microseconds_before + hours.open_microseconds

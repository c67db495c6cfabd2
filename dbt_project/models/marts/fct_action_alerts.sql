-- One row per action alert: what happened at which account, whose it is, what to do first, and where it stands.
select
    alert_id,
    rule_id,
    severity,
    account_id,
    contact_id,
    subject_id,
    quarter_start_date,
    opened_at,
    is_provisional,
    description,
    action,
    owner_role,
    owner_id,
    state,
    state_changed_at

from {{ ref('int_alerts_raised') }}

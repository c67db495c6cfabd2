-- One row per alert: whose it is, how severe, where it stands. Only a customer of the day that the rule asks about raises one.
with

severities as (

    select
        'low' as severity,
        1 as severity_number
    union all
    select
        'medium' as severity,
        2 as severity_number
    union all
    select
        'high' as severity,
        3 as severity_number
    union all
    select
        'critical' as severity,
        4 as severity_number

),

weighed as (

    select
        found.*,
        {{ dbt.concat(["accounts.account_name", "' '", "found.finding"]) }} as description,
        accounts.account_manager_id,
        accounts.executive_sponsor_id,
        rules.owner_role,
        rules.action,
        least(
            severities.severity_number
            + case when rules.raise_for_tier_one and tiers.service_tier = 'I' then 1 else 0 end
            + case when rules.raise_for_decision_maker and contacts.buying_role = 'decision_maker' then 1 else 0 end,
            4
        ) as severity_number

    from {{ ref('int_alerts_found') }} as found
    inner join {{ ref('int_alert_rules_in_force') }} as rules
        on found.rule_id = rules.rule_id
        and found.quarter_start_date = rules.quarter_start_date
    inner join severities
        on rules.severity = severities.severity
    inner join {{ ref('int_accounts_current') }} as accounts
        on found.account_id = accounts.account_id
        and accounts.lifecycle_stage <> 'prospect'
        and (accounts.customer_since is null or found.asked_on >= accounts.customer_since)
        and (
            found.asked_on < accounts.churned_on
            or (accounts.churned_on is null and accounts.lifecycle_stage = 'active')
        )
    -- left: who came and went within one quarter was a customer without ever having a tier
    left join {{ ref('int_account_tiers_carried') }} as tiers
        on found.account_id = tiers.account_id
        and found.quarter_start_date = tiers.quarter_start_date
    left join {{ ref('int_contacts_with_roles') }} as contacts
        on found.contact_id = contacts.contact_id

),

named as (

    select
        weighed.*,
        severities.severity,
        md5({{ dbt.concat(["weighed.rule_id", "'|'", "weighed.subject_id", "'|'", "weighed.period"]) }}) as alert_id
    from weighed
    inner join severities
        on weighed.severity_number = severities.severity_number

)

select
    named.alert_id,
    named.rule_id,
    named.severity,
    named.account_id,
    named.contact_id,
    named.subject_id,
    named.quarter_start_date,
    named.opened_at,
    named.opened_date,
    named.is_provisional,
    named.description,
    named.action,
    named.owner_role,
    case named.owner_role
        when 'account_manager' then named.account_manager_id
        when 'executive_sponsor' then named.executive_sponsor_id
    end as owner_id,
    coalesce(states.state, 'open') as state,
    states.changed_at as state_changed_at,
    coalesce(states.state, 'open') in ('open', 'acknowledged', 'in_progress') as is_unsettled

from named
-- left: most alerts nobody has taken up yet
left join {{ ref('int_alert_states') }} as states
    on named.alert_id = states.alert_id

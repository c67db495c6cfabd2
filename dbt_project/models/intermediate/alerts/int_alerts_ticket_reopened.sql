-- One row per ticket of a key or strategic account that was reopened as often as the rule says. The tier is that of the
-- quarter the ticket was opened in; the alert belongs to the day the ticket last changed, at the latest to as-of.
with

tickets as (

    select
        *,
        {{ noticed_at("updated_at") }} as noticed_at
    from {{ ref('int_tickets_timed') }}

),

dated as (

    select
        *,
        {{ quarter_start(local_date("noticed_at")) }} as noticed_quarter_start_date
    from tickets

)

select
    rules.rule_id,
    tickets.ticket_id as subject_id,
    tickets.account_id,
    tickets.contact_id,
    tickets.noticed_quarter_start_date as quarter_start_date,
    tickets.noticed_at as opened_at,
    {{ dbt.concat([
        "'is a '", "tiers.account_tier", "' account and its ticket '", "tickets.ticket_id", "' of '", as_text("tickets.created_date"),
        "' ('", "tickets.channel", "', priority '", "coalesce(tickets.priority, 'not recorded')", "') was reopened '",
        printed("tickets.reopen_count", 0), "' times by '", as_text(local_date("tickets.updated_at")), "'; '",
        printed("rules.threshold", 0), "' or more calls for action.'",
    ]) }} as finding

from dated as tickets
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'ticket_reopened'
    and tickets.noticed_quarter_start_date = rules.quarter_start_date
inner join {{ ref('int_account_tiers_carried') }} as tiers
    on tickets.account_id = tiers.account_id
    and tickets.quarter_start_date = tiers.quarter_start_date
    and tiers.account_tier in ('key', 'strategic')
where tickets.reopen_count >= rules.threshold

-- One row per opportunity to expand, as it stood when it was created: what was closed by that very day was never open.
-- Closed without a date counts as open on that day, for nobody knows better.
select
    rules.rule_id,
    opportunities.opportunity_id as subject_id,
    opportunities.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    rules.quarter_start_date,
    {{ local_midnight("opportunities.created_on") }} as opened_at,
    {{ dbt.concat([
        "'showed interest in expansion on '", as_text("opportunities.created_on"), "': opportunity '",
        "opportunities.opportunity_id", "', stage '", "coalesce(opportunities.stage, 'not recorded')", "', amount '",
        "coalesce(" ~ dbt.concat([
            printed("opportunities.amount"), "' '", "coalesce(opportunities.currency, '" ~ var("reporting_currency") ~ "')"
        ]) ~ ", 'not recorded')",
        "', expected to close '",
        "coalesce(" ~ dbt.concat(["'on '", as_text("opportunities.close_date")]) ~ ", 'on no recorded date')", "'.'",
    ]) }} as finding

from {{ ref('int_opportunities_current') }} as opportunities
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'opportunity_expansion'
    and opportunities.created_on between rules.quarter_start_date and rules.quarter_end_date
where opportunities.kind = 'expansion'
    and not coalesce(opportunities.is_closed and opportunities.close_date <= opportunities.created_on, false)

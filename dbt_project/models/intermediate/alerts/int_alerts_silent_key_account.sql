-- One row per key account and quarter at whose end nobody had heard from it, nor met it, for as many days as the rule says.
select
    rules.rule_id,
    coverage.account_id as subject_id,
    coverage.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    coverage.quarter_start_date,
    {{ dbt.concat([
        "'is a key account and has been silent for '", printed("rules.threshold", 0), "' days or more up to '",
        as_text("rules.last_day"), "': the last counted response came '",
        "coalesce(" ~ dbt.concat(["'on '", as_text("coverage.last_heard_date")]) ~ ", 'on no day we know')",
        "', the last activity took place '",
        "coalesce(" ~ dbt.concat(["'on '", as_text("coverage.last_activity_date")]) ~ ", 'on no day we know')", "'.'",
    ]) }} as finding

from {{ ref('int_account_coverage') }} as coverage
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'silent_key_account'
    and coverage.quarter_start_date = rules.quarter_start_date
where coverage.is_silent_key_account

-- One row per account and quarter in which it came into the quadrant of low engagement and low usage from another one.
select
    rules.rule_id,
    quadrants.account_id as subject_id,
    quadrants.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    quadrants.quarter_start_date,
    {{ dbt.concat([
        "'moved from '", "quadrants.previous_quadrant", "' to risky_business in the quarter up to '", as_text("rules.last_day"),
        "': engagement is '", "coalesce(" ~ dbt.concat([printed("quadrants.engagement_score"), "' of 10'"]) ~ ", 'not known')",
        "', usage is '", "coalesce(" ~ dbt.concat([printed("quadrants.usage_score"), "' of 10'"]) ~ ", 'not known')",
        "', both low by the cut-offs in force.'",
    ]) }} as finding

from {{ known_now(ref('fct_account_quadrants')) }} as quadrants
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'moved_to_risky_business'
    and quadrants.quarter_start_date = rules.quarter_start_date
-- a quarter without one before has not moved: an unknown quadrant differs from nothing
where quadrants.quadrant = 'risky_business'
    and quadrants.previous_quadrant <> 'risky_business'

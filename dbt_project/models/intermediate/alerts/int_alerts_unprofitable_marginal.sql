-- One row per marginal account and quarter that cost more to serve than it brought in the four quarters up to then.
select
    rules.rule_id,
    tiers.account_id as subject_id,
    tiers.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    tiers.quarter_start_date,
    {{ dbt.concat([
        "'is a marginal account that brought '", printed("tiers.revenue_t4q"), "' and cost '", printed("tiers.cost_to_serve_t4q"),
        "' " ~ var("reporting_currency") ~ " to serve in the four quarters up to '", as_text("rules.last_day"),
        "', a loss of '", printed("tiers.cost_to_serve_t4q - tiers.revenue_t4q"), "'.'",
    ]) }} as finding

from {{ ref('int_account_quarters_tiered') }} as tiers
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'unprofitable_marginal'
    and tiers.quarter_start_date = rules.quarter_start_date
where tiers.account_tier = 'marginal'
    and tiers.revenue_t4q < tiers.cost_to_serve_t4q

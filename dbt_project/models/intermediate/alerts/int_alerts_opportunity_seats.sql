-- One row per account and quarter of a raving fan that uses as many of its seats as the rule says.
select
    rules.rule_id,
    quadrants.account_id as subject_id,
    quadrants.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    quadrants.quarter_start_date,
    {{ dbt.concat([
        "'is among the raving fans and used '", printed_percent("signals.signal_value"),
        "' % of its licensed seats in the quarter up to '", as_text("rules.last_day"), "'; '", printed_percent("rules.threshold"),
        "' % or more is the moment to offer more seats.'",
    ]) }} as finding

from {{ known_now(ref('fct_account_quadrants')) }} as quadrants
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'opportunity_seats'
    and quadrants.quarter_start_date = rules.quarter_start_date
inner join {{ ref('int_usage_signals') }} as signals
    on signals.signal = 'seat_utilisation'
    and quadrants.account_id = signals.account_id
    and quadrants.quarter_start_date = signals.quarter_start_date
where quadrants.quadrant = 'raving_fans'
    and {{ at_least("signals.signal_value", "rules.threshold") }}

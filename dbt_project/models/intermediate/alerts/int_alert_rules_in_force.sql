-- One row per quarter and alert rule that is switched on: the row in force on the quarter's last day.
with

rules as (

    {{ rule_periods(ref('alert_rules'), parts=["rule_id"]) }}

)

select
    quarters.quarter_start_date,
    quarters.quarter_end_date,
    quarters.quarter_index,
    quarters.last_day,
    rules.rule_id,
    cast(rules.threshold as {{ type_double() }}) as threshold,
    cast(rules.second_threshold as {{ type_double() }}) as second_threshold,
    rules.severity,
    coalesce(rules.raise_for_tier_one, false) as raise_for_tier_one,
    coalesce(rules.raise_for_decision_maker, false) as raise_for_decision_maker,
    rules.owner_role,
    rules.action

from {{ ref('int_quarters') }} as quarters
inner join rules
    on {{ in_force("rules", "quarters.last_day") }}
where rules.is_enabled

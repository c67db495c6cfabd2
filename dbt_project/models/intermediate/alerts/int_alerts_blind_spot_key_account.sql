-- One row per key account, quarter and category in which our own staff believe the customer to be clearly better served than it says.
with

classes as (

    {{ rule_periods(ref('gap_classes')) }}

)

select
    rules.rule_id,
    {{ dbt.concat(["gaps.account_id", "'/'", "gaps.category"]) }} as subject_id,
    gaps.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    gaps.quarter_start_date,
    {{ dbt.concat([
        "'is a key account with a blind spot in '", "gaps.category", "' in the quarter up to '", as_text("rules.last_day"),
        "': our staff believe '", printed("gaps.reference_mean"), "' of 5 (responses: '", as_text("gaps.reference_count"),
        "'), the customer says '", printed("gaps.actual_mean"), "' (responses: '", as_text("gaps.actual_count"),
        "'), a gap of '", printed("gaps.gap"), "'; '", printed("classes.min_gap"), "' or more calls for action.'",
    ]) }} as finding

from {{ known_now(ref('rpt_gaps')) }} as gaps
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'blind_spot_key_account'
    and gaps.quarter_start_date = rules.quarter_start_date
inner join classes
    on {{ in_force("classes", "rules.last_day") }}
inner join {{ ref('int_account_quarters_tiered') }} as tiers
    on gaps.account_id = tiers.account_id
    and gaps.quarter_start_date = tiers.quarter_start_date
    and tiers.account_tier = 'key'
where gaps.gap_kind = 'perception'
    and gaps.gap_class = 'blind_spot'

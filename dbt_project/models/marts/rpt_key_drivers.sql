-- One row per quarter, scope and driver: how much of what moves the score belongs to it, and whether that can be relied on.
with

policies as (

    {{ rule_periods(ref('key_driver_policy')) }}

)

select
    weights.quarter_start_date,
    weights.scope_type,
    weights.scope_id,
    weights.driver,
    weights.relative_weight,
    weights.weight_low,
    weights.weight_high,
    weights.rescaled_weight,
    weights.mean_score,
    weights.response_count,
    weights.driver_count,
    weights.r2,
    weights.response_count >= policies.min_responses
    and weights.response_count >= policies.min_responses_per_driver * weights.driver_count
    and {{ at_least("weights.r2", "policies.min_r2") }} as is_reliable

from {{ ref('int_key_driver_weights') }} as weights
inner join {{ ref('int_quarters') }} as quarters
    on weights.quarter_start_date = quarters.quarter_start_date
inner join policies
    on {{ in_force("policies", "quarters.last_day") }}

-- One row per reporting quarter, rule and setting: by which cut-offs and shares its accounts were placed.
{% set settings = {
    "quadrant_cutoffs": ["engagement_cutoff", "usage_cutoff"],
    "tier_rules": ["enter_share", "leave_share", "growth_min", "pipeline_min"],
} %}
with

told as (

    {{ rule_settings(settings) }}

)

select
    quarters.quarter_start_date,
    told.rule_name,
    told.setting,
    told.valid_from as valid_from_date,
    told.setting_value

from {{ ref('int_quarters') }} as quarters
inner join told
    on {{ in_force("told", "quarters.last_day") }}

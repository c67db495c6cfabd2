-- One row per award year, rule, first day and setting: what was in force on any day of the year, and what decides it.
{% set settings = {
    "award_rules": ["threshold", "min_waves"],
    "evidence_policy": [
        "min_responses", "min_response_rate", "max_account_share", "max_invitation_bias",
        "max_reasons_a", "max_reasons_b", "max_reasons_c",
    ],
    "integrity_policy": ["straight_line_min_answers", "answer_window_days"],
} %}
with

told as (

    {{ rule_settings(settings) }}

)

select
    cast(award_years.award_year as bigint) as award_year,
    told.rule_name,
    told.valid_from as valid_from_date,
    told.setting,
    -- only where the year itself sees the end: what a later year brings must not change this one's row
    case when told.valid_until <= award_years.last_day then told.valid_until end as valid_until_date,
    told.setting_value,
    -- a year's rule is that of its 31 December, also while the year is open
    {{ in_force("told", "award_years.last_day") }} as is_deciding

from {{ ref('int_award_years') }} as award_years
inner join told
    on award_years.last_day >= told.valid_from
    and (told.valid_until is null or told.valid_until > make_date(award_years.award_year, 1, 1))

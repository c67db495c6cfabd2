-- One row per case of int_key_driver_cases that answered every driver taking part in its scope; the other drivers are null in all its rows.
-- A driver takes part when enough cases of the scope have it and their answers differ.
with

cases as (

    select * from {{ ref('int_key_driver_cases') }}

),

policies as (

    {{ rule_periods(ref('key_driver_policy')) }}

),

scopes as (

    select
        quarter_start_date,
        last_day,
        scope_type,
        scope_id,
        {% for driver in key_drivers() %}
            count({{ driver }}) as {{ driver }}_count,
            max({{ driver }}) - min({{ driver }}) as {{ driver }}_range,
        {% endfor %}
        count(*) as case_count
    from cases
    group by quarter_start_date, last_day, scope_type, scope_id

),

taking_part as (

    select
        scopes.quarter_start_date,
        scopes.scope_type,
        {% for driver in key_drivers() %}
            -- no answer at all: the range is null, and so would be the flag
            coalesce(
                scopes.{{ driver }}_count >= policies.min_answered_share * scopes.case_count
                and {{ differs_from_zero("scopes." ~ driver ~ "_range") }},
                false
            ) as has_{{ driver }},
        {% endfor %}
        scopes.scope_id
    from scopes
    inner join policies
        on {{ in_force("policies", "scopes.last_day") }}

)

select
    cases.quarter_start_date,
    cases.scope_type,
    cases.scope_id,
    cases.response_id,
    {% for driver in key_drivers() %}
        case when taking_part.has_{{ driver }} then cases.{{ driver }} end as {{ driver }},
    {% endfor %}
    cases.overall_score

from cases
inner join taking_part
    on cases.quarter_start_date = taking_part.quarter_start_date
    and cases.scope_type = taking_part.scope_type
    and cases.scope_id = taking_part.scope_id
where (
    {% for driver in key_drivers() %}
        taking_part.has_{{ driver }}{{ " or" if not loop.last }}
    {% endfor %}
)
{% for driver in key_drivers() %}
    and (not taking_part.has_{{ driver }} or cases.{{ driver }} is not null)
{% endfor %}

{#
    Weighted mean of an account quarter's signals, 0 to 10, each full at its own mark.
    Every signal has its own latest rule; weight 0 switches it off; no weight left gives no row.
#}
{% macro signal_score(signals, rule_seed, score_name) %}
    select
        signals.account_id,
        signals.quarter_start_date,
        {{ exact_weighted_mean("10 * least(1.0, signals.signal_value / cast(rules.full_marks_at as " ~ type_double() ~ "))", "rules.weight") }}
            as {{ score_name }}

    from {{ signals }} as signals
    inner join {{ ref('int_quarters') }} as quarters
        on signals.quarter_start_date = quarters.quarter_start_date
    inner join ({{ rule_periods(rule_seed, parts=["signal"]) }}) as rules
        on signals.signal = rules.signal
        and {{ in_force("rules", "quarters.last_day") }}
        and rules.weight > 0
    where signals.signal_value is not null
    group by signals.account_id, signals.quarter_start_date
{% endmacro %}

{# Weighted mean of the system's and the staff's score where both exist, else the one that does. #}
{% macro blended(system_score, staff_score) -%}
    case
        when {{ system_score }} is null then {{ staff_score }}
        when {{ staff_score }} is null then {{ system_score }}
        else (system_weight * {{ system_score }} + staff_weight * {{ staff_score }}) / (system_weight + staff_weight)
    end
{%- endmacro %}

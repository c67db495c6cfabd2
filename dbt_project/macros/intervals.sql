{# Two-sided intervals, not clipped. Wilson (1927) as in Newcombe (1998), method 3: no continuity correction. #}

{% macro wilson_low(successes, n) -%}
    {{ wilson(successes, n, "-") }}
{%- endmacro %}

{% macro wilson_high(successes, n) -%}
    {{ wilson(successes, n, "+") }}
{%- endmacro %}

{% macro wilson(successes, n, side) -%}
    {%- set z = var("z") -%}
    {%- set p = "(cast(" ~ successes ~ " as " ~ type_double() ~ ") / nullif(" ~ n ~ ", 0))" -%}
    ({{ p }} + {{ z }} * {{ z }} / (2 * {{ n }}) {{ side }} {{ z }} * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + {{ z }} * {{ z }} / (4.0 * {{ n }} * {{ n }})))
    / (1 + {{ z }} * {{ z }} / {{ n }})
{%- endmacro %}

{# The t quantile joined from t_critical; beyond its last row the normal one. #}
{% macro t_or_z(t_column) -%}
    coalesce({{ t_column }}, {{ var("z") }})
{%- endmacro %}

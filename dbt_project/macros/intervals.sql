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

{# Percentage points between the share of promoters and that of detractors, -100 to 100. #}
{% macro net_promoter_score(promoters, detractors, n) -%}
    100 * cast({{ promoters }} - {{ detractors }} as {{ type_double() }}) / {{ n }}
{%- endmacro %}

{# Its adjusted Wald interval (Rocks 2016, The American Statistician 70:365): three answers more, 3/4 at either end. #}
{% macro net_promoter_low(promoters, detractors, n) -%}
    {{ adjusted_wald(promoters, detractors, n, "-") }}
{%- endmacro %}

{% macro net_promoter_high(promoters, detractors, n) -%}
    {{ adjusted_wald(promoters, detractors, n, "+") }}
{%- endmacro %}

{% macro adjusted_wald(promoters, detractors, n, side) -%}
    {%- set p = "((cast(" ~ promoters ~ " as " ~ type_double() ~ ") + 0.75) / (" ~ n ~ " + 3))" -%}
    {%- set d = "((cast(" ~ detractors ~ " as " ~ type_double() ~ ") + 0.75) / (" ~ n ~ " + 3))" -%}
    100 * ({{ p }} - {{ d }} {{ side }} {{ var("z") }} * sqrt(({{ p }} + {{ d }} - ({{ p }} - {{ d }}) * ({{ p }} - {{ d }})) / ({{ n }} + 3)))
{%- endmacro %}

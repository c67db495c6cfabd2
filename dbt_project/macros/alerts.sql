{# What alerts print and count: figures as text that every machine spells alike, local midnights, time to the microsecond. #}

{# A figure with so many places, rounded half away from zero. Through a decimal, so that no engine's float printing shows. #}
{% macro printed(figure, places=2) -%}
    cast(cast({{ as_decimal(figure, 38, 9) }} as decimal(38, {{ places }})) as {{ dbt.type_string() }})
{%- endmacro %}

{# A share of 0 to 1 in percent, with one place. #}
{% macro printed_percent(share) -%}
    {{ printed("100 * " ~ as_decimal(share, 38, 9), 1) }}
{%- endmacro %}

{# A day, a count or a flagless value as plain text. #}
{% macro as_text(value) -%}
    cast({{ value }} as {{ dbt.type_string() }})
{%- endmacro %}

{#
    The instant of a local date and time. An hour that the clocks repeat is meant the first time: an engine may take the second,
    and then an hour earlier the clocks show the same. A time that they skip is as much later as they skip.
#}
{% macro local_instant(local_time_of_day) -%}
    {%- set instant = "(" ~ from_local(local_time_of_day) ~ ")" -%}
    {%- set hour_before = "(" ~ dbt.dateadd("hour", -1, instant) ~ ")" -%}
    case when {{ local_time(hour_before) }} = {{ local_time_of_day }} then {{ hour_before }} else {{ instant }} end
{%- endmacro %}

{# The instant at which a local day begins. #}
{% macro local_midnight(day) -%}
    {{ local_instant("cast(" ~ day ~ " as timestamp)") }}
{%- endmacro %}

{#
    The instant from which on we know of what a current row says: its last change. `updated_at` hides no row (CONTRACT section 4,
    "Calendar"): what changed after as-of is as good as known when that day begins.
#}
{% macro noticed_at(updated_at) -%}
    case when {{ local_date(updated_at) }} > {{ as_of_date() }} then {{ local_midnight(as_of_date()) }} else {{ updated_at }} end
{%- endmacro %}

{# Whole microseconds from one instant to another. #}
{% macro microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch("microseconds_between")(earlier, later)) }}
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros({{ later }}) - unix_micros({{ earlier }}))
{%- endmacro %}

{% macro default__microseconds_between(earlier, later) -%}
    cast(round((extract(epoch from {{ later }}) - extract(epoch from {{ earlier }})) * 1000000) as bigint)
{%- endmacro %}

{% macro microseconds_of_minutes(minutes) -%}
    cast({{ minutes }} as bigint) * 60000000
{%- endmacro %}

{# An instant so many microseconds (at most some days) later; in two steps, because an engine may add no more than 32 bits at once. #}
{% macro add_microseconds(instant, microseconds) -%}
    {%- set seconds = "cast(floor((" ~ microseconds ~ ") / 1000000.0) as integer)" -%}
    {%- set rest = "cast((" ~ microseconds ~ ") % 1000000 as integer)" -%}
    {{ dbt.dateadd("microsecond", rest, dbt.dateadd("second", seconds, instant)) }}
{%- endmacro %}

{# Local dates and quarters (CONTRACT section 4, "Calendar"). #}

{# The date the run pretends it is. #}
{% macro as_of_date() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{# Date of an instant in SCOREBOARD_TIMEZONE. #}
{% macro local_date(instant) -%}
    cast({{ to_local(instant) }} as date)
{%- endmacro %}

{# Date and time of an instant in SCOREBOARD_TIMEZONE, without a zone. #}
{% macro local_time(instant) -%}
    cast({{ to_local(instant) }} as timestamp)
{%- endmacro %}

{# What the clocks of SCOREBOARD_TIMEZONE show at an instant. #}
{% macro to_local(instant) -%}
    {{ return(adapter.dispatch("to_local")(instant)) }}
{%- endmacro %}

{% macro default__to_local(instant) -%}
    {{ instant }} at time zone '{{ var("timezone") }}'
{%- endmacro %}

{# A local time is a timestamp like any other there, of a session in UTC: the clocks' time as if it were UTC. #}
{% macro spark__to_local(instant) -%}
    from_utc_timestamp({{ instant }}, '{{ var("timezone") }}')
{%- endmacro %}

{# An instant at which the clocks of SCOREBOARD_TIMEZONE show a local time. #}
{% macro from_local(local_time) -%}
    {{ return(adapter.dispatch("from_local")(local_time)) }}
{%- endmacro %}

{% macro default__from_local(local_time) -%}
    {{ local_time }} at time zone '{{ var("timezone") }}'
{%- endmacro %}

{% macro spark__from_local(local_time) -%}
    to_utc_timestamp({{ local_time }}, '{{ var("timezone") }}')
{%- endmacro %}

{# A date some months later, or earlier when negative; a day that month lacks becomes its last day. #}
{% macro add_months(day, months) -%}
    cast({{ dbt.dateadd("month", months, day) }} as date)
{%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch("days_between")(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    {{ later }} - {{ earlier }}
{%- endmacro %}

{# A difference of dates is an interval there. #}
{% macro spark__days_between(earlier, later) -%}
    cast(datediff({{ later }}, {{ earlier }}) as bigint)
{%- endmacro %}

{# 1 for Monday to 7 for Sunday. #}
{% macro weekday_number(day) -%}
    {{ return(adapter.dispatch("weekday_number")(day)) }}
{%- endmacro %}

{% macro default__weekday_number(day) -%}
    extract(isodow from {{ day }})
{%- endmacro %}

{% macro spark__weekday_number(day) -%}
    extract(dow_iso from {{ day }})
{%- endmacro %}

{# First day of the reporting quarter that holds a date: shifted so that fiscal quarters become calendar ones, and back. #}
{% macro quarter_start(day) -%}
    {%- set shift = (var("fiscal_start_month") | int - 1) % 3 -%}
    {%- if shift == 0 -%}
        cast({{ dbt.date_trunc("quarter", day) }} as date)
    {%- else -%}
        {{ add_months("cast(" ~ dbt.date_trunc("quarter", add_months(day, -shift)) ~ " as date)", shift) }}
    {%- endif -%}
{%- endmacro %}

{# Consecutive whole number of a reporting quarter, told by its first day: neighbours differ by 1. #}
{% macro quarter_index(quarter_start_date) -%}
    cast(floor((extract(year from {{ quarter_start_date }}) * 12 + extract(month from {{ quarter_start_date }}) - 1) / 3.0) as integer)
{%- endmacro %}

{# `2026-Q1` of the calendar quarter that holds a date, whatever the fiscal year: the wave of a response that names none. #}
{% macro calendar_quarter_label(day) -%}
    {{ dbt.concat([
        dbt.safe_cast("extract(year from " ~ day ~ ")", dbt.type_string()),
        "'-Q'",
        dbt.safe_cast("extract(quarter from " ~ day ~ ")", dbt.type_string()),
    ]) }}
{%- endmacro %}

{# Elapsed minutes between two instants, as a number with fractions of a second kept. #}
{% macro minutes_between(earlier, later) -%}
    {{ return(adapter.dispatch("minutes_between")(earlier, later)) }}
{%- endmacro %}

{% macro default__minutes_between(earlier, later) -%}
    (extract(epoch from {{ later }}) - extract(epoch from {{ earlier }})) / 60.0
{%- endmacro %}

{% macro spark__minutes_between(earlier, later) -%}
    cast(unix_micros({{ later }}) - unix_micros({{ earlier }}) as double) / 60000000
{%- endmacro %}

{# Whole microseconds: DuckDB's epoch is a double, which at today's date is no finer than a quarter of one. #}
{% macro duckdb__minutes_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }})) / 60000000.0
{%- endmacro %}

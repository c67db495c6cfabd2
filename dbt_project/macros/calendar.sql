{# Local dates and quarters (CONTRACT section 4, "Calendar"). #}

{# The date the run pretends it is. #}
{% macro as_of_date() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{# Date of an instant in SCOREBOARD_TIMEZONE. #}
{% macro local_date(instant) -%}
    cast({{ instant }} at time zone '{{ var("timezone") }}' as date)
{%- endmacro %}

{# Date and time of an instant in SCOREBOARD_TIMEZONE, without a zone. #}
{% macro local_time(instant) -%}
    cast({{ instant }} at time zone '{{ var("timezone") }}' as timestamp)
{%- endmacro %}

{# A date some months later, or earlier when negative; a day that month lacks becomes its last day. #}
{% macro add_months(day, months) -%}
    cast({{ dbt.dateadd("month", months, day) }} as date)
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

{# Seconds of a local time within its minute, with fractions; DuckDB's own second has none. #}
{% macro seconds_of(local_time) -%}
    {{ return(adapter.dispatch("seconds_of")(local_time)) }}
{%- endmacro %}

{% macro default__seconds_of(local_time) -%}
    extract(second from {{ local_time }})
{%- endmacro %}

{% macro duckdb__seconds_of(local_time) -%}
    (extract(microsecond from {{ local_time }}) / 1000000.0)
{%- endmacro %}

{# Elapsed minutes between two instants, as a number with fractions of a second kept. #}
{% macro minutes_between(earlier, later) -%}
    {{ return(adapter.dispatch("minutes_between")(earlier, later)) }}
{%- endmacro %}

{% macro default__minutes_between(earlier, later) -%}
    (extract(epoch from {{ later }}) - extract(epoch from {{ earlier }})) / 60.0
{%- endmacro %}

{# Whole microseconds: DuckDB's epoch is a double, which at today's date is no finer than a quarter of one. #}
{% macro duckdb__minutes_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }})) / 60000000.0
{%- endmacro %}

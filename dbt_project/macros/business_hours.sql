{# Open minutes from the beginning of the calendar to a local time, given that day's row of int_business_days. #}
{% macro business_minutes_at(business_day, local_time) -%}
    ({{ business_day }}.minutes_before
    + greatest(0, least(
        {{ business_day }}.open_minutes,
        extract(hour from {{ local_time }}) * 60 + extract(minute from {{ local_time }})
        + {{ seconds_of(local_time) }} / 60.0 - {{ business_day }}.opens_minute
    )))
{%- endmacro %}

{# Whether a service level was met: null while it may still be, false once the open minutes so far are more than it allows. #}
{% macro is_within_target(happened_at, business_minutes, target) -%}
    case
        when {{ target }} is null or {{ business_minutes }} is null then null
        when {{ below(target, business_minutes) }} then false
        when {{ happened_at }} is null then null
        else true
    end
{%- endmacro %}

{# Mean of minutes, added as decimals: 12 places are more than a double of a hundred years in minutes holds. #}
{% macro exact_mean_minutes(minutes) -%}
    cast(cast(sum({{ as_decimal(minutes, 24, 12) }}) as decimal(38, 12)) as {{ type_double() }}) / nullif(count({{ minutes }}), 0)
{%- endmacro %}

{#
    CTEs from `days` (day) to `measured`: when each day is open, as instants, so that an hour that the clocks skip or repeat counts as it
    passes. A closed day has 0 open time. Follow up with `opening_times()`.
#}
{% macro opening_ctes() -%}
opening as (

    select
        days.day,
        cast({{ dbt.dateadd("minute", "business_hours.opens_minute", "cast(days.day as timestamp)") }} as timestamp) as opens_local,
        cast({{ dbt.dateadd("minute", "business_hours.closes_minute", "cast(days.day as timestamp)") }} as timestamp) as closes_local
    from days
    left join {{ ref('holidays') }} as holidays
        on days.day = holidays.holiday_on
    -- left: a weekday without hours is closed all day, and so is a holiday
    left join {{ ref('business_hours') }} as business_hours
        on {{ weekday_number("days.day") }} = business_hours.weekday
        and business_hours.closes_minute > business_hours.opens_minute
        and holidays.holiday_on is null

),

instants as (

    select
        day,
        {{ local_instant("opens_local") }} as opens_at,
        {{ local_instant("closes_local") }} as closes_at
    from opening

),

measured as (

    select
        day,
        opens_at,
        coalesce(greatest({{ microseconds_between("opens_at", "closes_at") }}, 0), 0) as open_microseconds
    from instants

)
{%- endmacro %}

{# Each measured day with the open time of all days before: what passed between two instants is then a difference of two look-ups. #}
{% macro opening_times() -%}
    select
        day,
        opens_at,
        open_microseconds,
        cast(
            sum(open_microseconds) over (order by day rows between unbounded preceding and current row) - open_microseconds as bigint
        ) as microseconds_before

    from measured
{%- endmacro %}

{# Open microseconds from the beginning of the calendar to an instant, given its local day's row of the calendar. #}
{% macro open_time_at(day, instant) -%}
    {{ day }}.microseconds_before + case
        when {{ day }}.open_microseconds = 0 then 0
        else greatest(0, least({{ day }}.open_microseconds, {{ microseconds_between(day ~ ".opens_at", instant) }}))
    end
{%- endmacro %}

{# Minutes of open microseconds. #}
{% macro minutes_of_microseconds(microseconds) -%}
    cast({{ microseconds }} as {{ type_double() }}) / 60000000
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

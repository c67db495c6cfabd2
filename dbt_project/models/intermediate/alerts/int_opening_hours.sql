-- One row per local day from the first alert until the slowest step of the last one must have come due: from when to when it is
-- open for business, as instants, so that an hour that the clocks skip or repeat counts as it passes. A closed day has 0 open time.
with

numbers as (

    {{ dbt.generate_series(65536) }}

),

open_week as (

    select
        cast(sum(closes_minute - opens_minute) as {{ type_double() }}) as open_minutes_a_week
    from {{ ref('business_hours') }}
    where closes_minute > opens_minute

),

slowest_step as (

    select max(after_business_minutes) as after_business_minutes
    from {{ ref('escalation_steps') }}

),

holiday_count as (

    select count(*) as holidays
    from {{ ref('holidays') }}

),

bounds as (

    -- a holiday delays by a week at most, where one day a week is open; a week more for where a week begins, one for the clocks
    select
        min(alerts.opened_date) as first_day,
        max(alerts.opened_date)
        + 7 * cast(
            ceil(min(slowest_step.after_business_minutes) / min(open_week.open_minutes_a_week)) + min(holiday_count.holidays) + 2 as integer
        ) as last_day
    from {{ ref('int_alerts_raised') }} as alerts
    cross join slowest_step
    cross join open_week
    cross join holiday_count

),

days as (

    select cast(bounds.first_day + cast(numbers.generated_number - 1 as integer) as date) as day
    from bounds
    cross join numbers
    where bounds.first_day + cast(numbers.generated_number - 1 as integer) <= bounds.last_day

),

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

select
    day,
    opens_at,
    open_microseconds,
    cast(
        sum(open_microseconds) over (order by day rows between unbounded preceding and current row) - open_microseconds as bigint
    ) as microseconds_before

from measured

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

{{ opening_ctes() }}

{{ opening_times() }}

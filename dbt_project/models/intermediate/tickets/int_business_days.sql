-- One row per local day from the first ticket on: when it is open for business and the open minutes of all days before.
-- The business minutes between two instants are then a difference of two look-ups, without a row per ticket and day.
with

numbers as (

    {{ dbt.generate_series(65536) }}

),

bounds as (

    select
        min({{ local_date("created_at") }}) as first_day,
        greatest(
            max({{ local_date("created_at") }}),
            max({{ local_date("coalesce(first_replied_at, created_at)") }}),
            max({{ local_date("coalesce(solved_at, created_at)") }}),
            {{ as_of_date() }} + 1
        ) as last_day
    from {{ ref('int_tickets_current') }}

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
        case when holidays.holiday_on is null then business_hours.opens_minute end as opens_minute,
        case
            when holidays.holiday_on is null and business_hours.weekday is not null
                then business_hours.closes_minute - business_hours.opens_minute
            else 0
        end as open_minutes
    from days
    -- left: a weekday without hours is closed all day, and so is a holiday
    left join {{ ref('business_hours') }} as business_hours
        on {{ weekday_number("days.day") }} = business_hours.weekday
    left join {{ ref('holidays') }} as holidays
        on days.day = holidays.holiday_on

)

select
    day,
    coalesce(opens_minute, 0) as opens_minute,
    open_minutes,
    cast(sum(open_minutes) over (order by day rows between unbounded preceding and current row) - open_minutes as bigint)
        as minutes_before

from opening

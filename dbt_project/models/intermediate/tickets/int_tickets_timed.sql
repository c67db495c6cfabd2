-- One row per ticket up to as-of, deleted ones left out: elapsed and business minutes to its first reply and its solution.
-- What has not happened yet runs on to the end of the as-of day.
with

tickets as (

    select
        *,
        {{ local_date("created_at") }} as created_date,
        coalesce(first_replied_at, {{ local_midnight("cast(" ~ as_of_date() ~ " + 1 as date)") }}) as replied_until,
        coalesce(solved_at, {{ local_midnight("cast(" ~ as_of_date() ~ " + 1 as date)") }}) as solved_until
    from {{ ref('int_tickets_current') }}
    where (status is null or status <> 'deleted')
        and {{ local_date("created_at") }} <= {{ as_of_date() }}

),

passed as (

    select
        tickets.*,
        {{ open_time_at("created_day", "tickets.created_at") }} as open_until_created,
        {{ open_time_at("replied_day", "tickets.replied_until") }} as open_until_replied,
        {{ open_time_at("solved_day", "tickets.solved_until") }} as open_until_solved

    from tickets
    inner join {{ ref('int_business_days') }} as created_day
        on tickets.created_date = created_day.day
    -- left: a reply or solution dated before the first ticket of all has no business day
    left join {{ ref('int_business_days') }} as replied_day
        on {{ local_date("tickets.replied_until") }} = replied_day.day
    left join {{ ref('int_business_days') }} as solved_day
        on {{ local_date("tickets.solved_until") }} = solved_day.day

)

select
    passed.*,
    {{ quarter_start("created_date") }} as quarter_start_date,
    {{ minutes_between("created_at", "first_replied_at") }} as first_reply_minutes,
    {{ minutes_between("created_at", "solved_at") }} as resolution_minutes,
    {{ minutes_of_microseconds("open_until_replied - open_until_created") }} as first_reply_business_minutes,
    {{ minutes_of_microseconds("open_until_solved - open_until_created") }} as resolution_business_minutes

from passed

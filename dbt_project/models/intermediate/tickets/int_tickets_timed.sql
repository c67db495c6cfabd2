-- One row per ticket up to as-of, deleted ones left out: elapsed and business minutes to its first reply and its solution.
-- What has not happened yet runs on to the end of the as-of day.
with

tickets as (

    select
        *,
        {{ local_date("created_at") }} as created_date,
        {{ local_time("created_at") }} as created_local,
        coalesce({{ local_time("first_replied_at") }}, cast({{ as_of_date() }} + 1 as timestamp)) as replied_local,
        coalesce({{ local_time("solved_at") }}, cast({{ as_of_date() }} + 1 as timestamp)) as solved_local
    from {{ ref('int_tickets_current') }}
    where (status is null or status <> 'deleted')
        and {{ local_date("created_at") }} <= {{ as_of_date() }}

)

select
    tickets.*,
    {{ quarter_start("tickets.created_date") }} as quarter_start_date,
    {{ minutes_between("tickets.created_at", "tickets.first_replied_at") }} as first_reply_minutes,
    {{ minutes_between("tickets.created_at", "tickets.solved_at") }} as resolution_minutes,
    {{ business_minutes_at("replied_day", "tickets.replied_local") }}
    - {{ business_minutes_at("created_day", "tickets.created_local") }} as first_reply_business_minutes,
    {{ business_minutes_at("solved_day", "tickets.solved_local") }}
    - {{ business_minutes_at("created_day", "tickets.created_local") }} as resolution_business_minutes

from tickets
inner join {{ ref('int_business_days') }} as created_day
    on cast(tickets.created_local as date) = created_day.day
-- left: a reply or solution dated before the first ticket of all has no business day
left join {{ ref('int_business_days') }} as replied_day
    on cast(tickets.replied_local as date) = replied_day.day
left join {{ ref('int_business_days') }} as solved_day
    on cast(tickets.solved_local as date) = solved_day.day

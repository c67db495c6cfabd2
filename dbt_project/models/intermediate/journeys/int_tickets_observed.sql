-- One row per ticket up to as-of, deleted ones left out: what it cost the customer, as far as the help desk can see.
with

tickets as (

    select
        *,
        {{ local_date("created_at") }} as created_date
    from {{ ref('fct_tickets') }}

),

handlers as (

    -- every valid version of a ticket names who had it then
    select
        ticket_id,
        count(distinct assignee_id) as handler_count
    from {{ ref('int_tickets_judged') }}
    where fate in ('current', 'replaced')
    group by ticket_id

),

in_order as (

    select
        *,
        lag(channel) over (
            partition by account_id, contact_id
            order by created_at, {{ byte_order("ticket_id") }}
        ) as previous_channel,
        lag(created_date) over (
            partition by account_id, contact_id
            order by created_at, {{ byte_order("ticket_id") }}
        ) as previous_created_date
    from tickets

)

select
    in_order.ticket_id,
    in_order.account_id,
    in_order.quarter_start_date,
    coalesce(in_order.reopen_count, 0) as reopen_count,
    in_order.reply_count,
    cast(greatest(handlers.handler_count - 1, 0) as bigint) as handoff_count,
    case
        -- only a person can be seen coming back
        when in_order.contact_id is null or in_order.previous_channel is null then false
        else in_order.previous_channel <> in_order.channel
            and in_order.created_date <= in_order.previous_created_date + {{ var("channel_switch_days") }}
    end as is_channel_switch

from in_order
inner join handlers
    on in_order.ticket_id = handlers.ticket_id

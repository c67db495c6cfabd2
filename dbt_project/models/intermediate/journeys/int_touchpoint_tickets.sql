-- One row per quarter, touchpoint, channel and ticket. Overall: every ticket, by its own quarter and channel.
-- Elsewhere the tickets that the touchpoint's responses name, by the quarter and channel of the response.
with

tickets as (

    select * from {{ ref('fct_tickets') }}

),

named as (

    select distinct
        quarter_start_date,
        touchpoint,
        channel,
        ticket_id
    from {{ ref('int_touchpoint_responses') }}
    where touchpoint <> 'overall'

)

select
    named.quarter_start_date,
    named.touchpoint,
    named.channel,
    named.ticket_id,
    tickets.cause
from named
-- inner: a ticket that the help desk does not know, or deleted, says nothing
inner join tickets
    on named.ticket_id = tickets.ticket_id

union all

select
    quarter_start_date,
    'overall' as touchpoint,
    channel,
    ticket_id,
    cause
from tickets

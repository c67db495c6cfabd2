-- rpt_effort cuts by account what rpt_touchpoints cuts by channel: a quarter's tickets and effort answers are the same on both.
{{ config(meta={"sentence": "rpt_effort and rpt_touchpoints do not hold the same tickets and effort answers"}) }}
with

by_account as (

    select
        quarter_start_date,
        sum(ticket_count) as ticket_count,
        sum(asked_count) as effort_count
    from {{ known_now(ref('rpt_effort')) }}
    group by quarter_start_date

),

by_channel as (

    select
        quarter_start_date,
        sum(ticket_count) as ticket_count,
        sum(effort_count) as effort_count
    from {{ known_now(ref('rpt_touchpoints')) }}
    where touchpoint = 'overall'
    group by quarter_start_date

)

select
    coalesce(by_account.quarter_start_date, by_channel.quarter_start_date) as quarter_start_date,
    by_account.ticket_count as tickets_by_account,
    by_channel.ticket_count as tickets_by_channel,
    by_account.effort_count as effort_by_account,
    by_channel.effort_count as effort_by_channel

from by_account
full outer join by_channel
    on by_account.quarter_start_date = by_channel.quarter_start_date
where coalesce(by_account.ticket_count, 0) <> coalesce(by_channel.ticket_count, 0)
    or coalesce(by_account.effort_count, 0) <> coalesce(by_channel.effort_count, 0)

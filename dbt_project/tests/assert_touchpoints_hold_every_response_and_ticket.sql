-- On overall every counted response and every ticket stands on one channel; a single touchpoint never has more responses than all.
{{ config(meta={"sentence": "the channels of rpt_touchpoints do not add up to the counted responses or the tickets of a quarter"}) }}
with

published as (

    select
        quarter_start_date,
        touchpoint,
        sum(response_count) as response_count,
        sum(case when touchpoint = 'overall' then ticket_count end) as ticket_count,
        sum(channel_share) as channel_shares,
        sum(ticket_channel_share) as ticket_channel_shares
    from {{ known_now(ref('rpt_touchpoints')) }}
    group by quarter_start_date, touchpoint

),

responses as (

    select
        quarter_start_date,
        count(*) as response_count
    from {{ ref('fct_survey_responses') }}
    where is_counted
    group by quarter_start_date

),

tickets as (

    select
        quarter_start_date,
        count(*) as ticket_count
    from {{ ref('fct_tickets') }}
    group by quarter_start_date

)

select
    coalesce(published.quarter_start_date, responses.quarter_start_date, tickets.quarter_start_date) as quarter_start_date,
    published.touchpoint,
    published.response_count as responses_published,
    responses.response_count as responses_counted,
    published.ticket_count as tickets_published,
    tickets.ticket_count as tickets_opened

from published
full outer join responses
    on published.quarter_start_date = responses.quarter_start_date
full outer join tickets
    on coalesce(published.quarter_start_date, responses.quarter_start_date) = tickets.quarter_start_date
where published.touchpoint is null
    or published.response_count > coalesce(responses.response_count, 0)
    or abs(published.channel_shares - 1) > 1e-9
    or abs(published.ticket_channel_shares - 1) > 1e-9
    or (
        published.touchpoint = 'overall'
        and (
            published.response_count <> coalesce(responses.response_count, 0)
            or published.ticket_count <> coalesce(tickets.ticket_count, 0)
        )
    )

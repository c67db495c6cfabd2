-- Both promises of every ticket are counted once, with the verdict that fct_tickets publishes.
{{ config(meta={"sentence": "rpt_service_gaps and fct_tickets count tickets or broken promises differently"}) }}
with

verdicts as (

    select
        account_id,
        quarter_start_date,
        'first_reply' as metric,
        is_first_reply_in_sla as is_kept
    from {{ ref('fct_tickets') }}
    union all
    select
        account_id,
        quarter_start_date,
        'resolution' as metric,
        is_resolution_in_sla as is_kept
    from {{ ref('fct_tickets') }}

),

tickets as (

    select
        account_id,
        quarter_start_date,
        metric,
        count(*) as ticket_count,
        sum(case when is_kept then 1 else 0 end) as within_count,
        sum(case when not is_kept then 1 else 0 end) as breached_count
    from verdicts
    group by account_id, quarter_start_date, metric

),

gaps as (

    select
        account_id,
        quarter_start_date,
        metric,
        sum(ticket_count) as ticket_count,
        sum(within_count) as within_count,
        sum(breached_count) as breached_count
    from {{ known_now(ref('rpt_service_gaps')) }}
    group by account_id, quarter_start_date, metric

)

select
    coalesce(tickets.account_id, gaps.account_id) as account_id,
    coalesce(tickets.quarter_start_date, gaps.quarter_start_date) as quarter_start_date,
    coalesce(tickets.metric, gaps.metric) as metric
from tickets
full outer join gaps
    on tickets.account_id = gaps.account_id
    and tickets.quarter_start_date = gaps.quarter_start_date
    and tickets.metric = gaps.metric
where tickets.account_id is null
    or gaps.account_id is null
    or tickets.ticket_count <> gaps.ticket_count
    or tickets.within_count <> gaps.within_count
    or tickets.breached_count <> gaps.breached_count

-- One row per account, quarter, metric and priority with a ticket: what we promised against what it took, in business minutes.
with

promises as (

    select * from {{ ref('int_ticket_promises') }}

),

measured as (

    select
        account_id,
        quarter_start_date,
        metric,
        priority,
        service_tier,
        cast(count(*) as bigint) as ticket_count,
        cast(count(is_kept) as bigint) as judged_count,
        cast(sum(case when is_kept then 1 else 0 end) as bigint) as within_count,
        cast(sum(case when not is_kept then 1 else 0 end) as bigint) as breached_count,
        -- of targets that changed within the quarter the strictest
        cast(min(target_minutes) as {{ type_double() }}) as target_minutes,
        {{ exact_mean_minutes("business_minutes") }} as mean_business_minutes
    from promises
    group by account_id, quarter_start_date, metric, priority, service_tier

)

select
    account_id,
    quarter_start_date,
    metric,
    priority,
    service_tier,
    ticket_count,
    judged_count,
    within_count,
    breached_count,
    cast(within_count as {{ type_double() }}) / nullif(judged_count, 0) as within_share,
    target_minutes,
    mean_business_minutes,
    mean_business_minutes - target_minutes as gap_minutes

from measured

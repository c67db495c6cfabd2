-- One row per ticket and promise made for it (first reply, resolution): what was allowed, what it took, and whether it was kept.
select
    ticket_id,
    account_id,
    quarter_start_date,
    priority_for_target as priority,
    service_tier,
    'first_reply' as metric,
    first_reply_target as target_minutes,
    case when first_replied_at is not null then first_reply_business_minutes end as business_minutes,
    is_first_reply_in_sla as is_kept

from {{ ref('int_tickets_targeted') }}

union all

select
    ticket_id,
    account_id,
    quarter_start_date,
    priority_for_target as priority,
    service_tier,
    'resolution' as metric,
    resolution_target as target_minutes,
    case when solved_at is not null then resolution_business_minutes end as business_minutes,
    is_resolution_in_sla as is_kept

from {{ ref('int_tickets_targeted') }}

-- One row per ticket up to as-of, deleted ones left out: how long it took and whether that was within what we promised.
select
    ticket_id,
    account_id,
    contact_id,
    project_id,
    channel,
    cause,
    priority,
    status,
    assignee_id,
    team_id,
    created_at,
    first_replied_at,
    solved_at,
    cast(first_reply_minutes as {{ type_double() }}) as first_reply_minutes,
    cast(resolution_minutes as {{ type_double() }}) as resolution_minutes,
    cast(reopen_count as bigint) as reopen_count,
    cast(reply_count as bigint) as reply_count,
    service_tier,
    cast(first_reply_target as {{ type_double() }}) as first_reply_target_minutes,
    cast(resolution_target as {{ type_double() }}) as resolution_target_minutes,

    -- what has not happened yet has no length, though it may be late already
    case when first_replied_at is not null then cast(first_reply_business_minutes as {{ type_double() }}) end
        as first_reply_business_minutes,
    case when solved_at is not null then cast(resolution_business_minutes as {{ type_double() }}) end
        as resolution_business_minutes,
    is_first_reply_in_sla,
    is_resolution_in_sla,
    quarter_start_date,
    source_relation

from {{ ref('int_tickets_targeted') }}

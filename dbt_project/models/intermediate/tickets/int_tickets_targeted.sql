-- One row per ticket up to as-of, deleted ones left out, held against the service level of its account and priority.
with

targets as (

    {{ rule_periods(ref('sla_targets'), parts=["service_tier", "priority"]) }}

),

tickets as (

    select
        tickets.*,
        coalesce(tickets.priority, 'normal') as priority_for_target,
        coalesce(account_tiers.service_tier, 'III') as service_tier
    from {{ ref('int_tickets_timed') }} as tickets
    -- left: who is no customer in that quarter gets the service of the lowest tier
    left join {{ ref('int_account_quarters_tiered') }} as account_tiers
        on tickets.account_id = account_tiers.account_id
        and tickets.quarter_start_date = account_tiers.quarter_start_date

),

targeted as (

    select
        tickets.*,
        targets.first_reply_minutes as first_reply_target,
        targets.resolution_minutes as resolution_target
    from tickets
    -- left: a tier and priority without a target is held to none
    left join targets
        on tickets.service_tier = targets.service_tier
        and tickets.priority_for_target = targets.priority
        and {{ in_force("targets", "tickets.created_date") }}

)

select
    targeted.*,
    {{ is_within_target("first_replied_at", "first_reply_business_minutes", "first_reply_target") }} as is_first_reply_in_sla,
    {{ is_within_target("solved_at", "resolution_business_minutes", "resolution_target") }} as is_resolution_in_sla

from targeted

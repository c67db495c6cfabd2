-- One row per account and quarter in which it was a customer: its place on the engagement x usage plot.
with

cutoffs as (

    {{ rule_periods(ref('quadrant_cutoffs')) }}

),

placed as (

    select
        scored.*,
        -- unknown is placed as low, and is_usage_known says so
        coalesce({{ at_least("scored.engagement_score", "cutoffs.engagement_cutoff") }}, false) as is_engaged,
        coalesce({{ at_least("scored.usage_score", "cutoffs.usage_cutoff") }}, false) as is_used
    from {{ ref('int_account_quarters_scored') }} as scored
    inner join cutoffs
        on {{ in_force("cutoffs", "scored.last_day") }}

),

numbered as (

    select
        *,
        case
            when is_engaged and not is_used then 1
            when not is_engaged and not is_used then 2
            when not is_engaged then 3
            else 4
        end as quadrant_number
    from placed

),

named as (

    select
        *,
        case quadrant_number
            when 1 then 'willing_but_not_able'
            when 2 then 'risky_business'
            when 3 then 'silent_but_satisfied'
            else 'raving_fans'
        end as quadrant
    from numbered

)

select
    named.account_id,
    named.quarter_start_date,
    named.engagement_system,
    named.engagement_staff,
    named.engagement_score,
    named.usage_system,
    named.usage_staff,
    named.usage_score,
    named.usage_score is not null as is_usage_known,
    named.quadrant,
    cast(named.quadrant_number as bigint) as quadrant_number,
    quarter_before.quadrant as previous_quadrant

from named
-- left: an account's first quarter has none before
left join named as quarter_before
    on named.account_id = quarter_before.account_id
    and named.quarter_index - 1 = quarter_before.quarter_index

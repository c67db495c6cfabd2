-- One row per account and quarter of a customer: engagement and usage from the systems and from staff, and both blended.
with

weights as (

    {{ rule_periods(ref('blend_weights')) }}

),

engagement as (

    {{ signal_score(ref('int_engagement_signals'), ref('engagement_signals'), 'engagement_system') }}

),

usage_scores as (

    {{ signal_score(ref('int_usage_signals'), ref('usage_signals'), 'usage_system') }}

),

staff as (

    select
        account_id,
        {{ quarter_start(local_date("assessed_at")) }} as quarter_start_date,
        {{ exact_mean("engagement_rating") }} as engagement_staff,
        {{ exact_mean("usage_rating") }} as usage_staff
    from {{ ref('int_assessments_current') }}
    where {{ local_date("assessed_at") }} <= {{ as_of_date() }}
    group by account_id, {{ quarter_start(local_date("assessed_at")) }}

),

sides as (

    select
        account_quarters.account_id,
        account_quarters.quarter_start_date,
        account_quarters.quarter_index,
        account_quarters.last_day,
        engagement.engagement_system,
        staff.engagement_staff,
        usage_scores.usage_system,
        staff.usage_staff,

        -- a side without weight counts as not there
        case when weights.system_weight > 0 then engagement.engagement_system end as engagement_system_weighed,
        case when weights.staff_weight > 0 then staff.engagement_staff end as engagement_staff_weighed,
        case when weights.system_weight > 0 then usage_scores.usage_system end as usage_system_weighed,
        case when weights.staff_weight > 0 then staff.usage_staff end as usage_staff_weighed,
        cast(weights.system_weight as {{ type_double() }}) as system_weight,
        cast(weights.staff_weight as {{ type_double() }}) as staff_weight

    from {{ ref('int_account_quarters') }} as account_quarters
    inner join weights
        on {{ in_force("weights", "account_quarters.last_day") }}
    -- left, three times: a side that nobody measured stays unknown
    left join engagement
        on account_quarters.account_id = engagement.account_id
        and account_quarters.quarter_start_date = engagement.quarter_start_date
    left join usage_scores
        on account_quarters.account_id = usage_scores.account_id
        and account_quarters.quarter_start_date = usage_scores.quarter_start_date
    left join staff
        on account_quarters.account_id = staff.account_id
        and account_quarters.quarter_start_date = staff.quarter_start_date

)

select
    account_id,
    quarter_start_date,
    quarter_index,
    last_day,
    engagement_system,
    engagement_staff,
    {{ blended("engagement_system_weighed", "engagement_staff_weighed") }} as engagement_score,
    usage_system,
    usage_staff,
    {{ blended("usage_system_weighed", "usage_staff_weighed") }} as usage_score

from sides

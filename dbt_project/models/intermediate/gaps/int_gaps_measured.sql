-- One row per account, category, quarter and kind of gap: both means, their difference and what its interval needs.
-- Positive: the customer gets less than the reference.
with

targets as (

    {{ rule_periods(ref('gap_targets'), parts=["category"]) }}

),

actuals as (

    select * from {{ ref('int_gap_actuals') }}

),

group_references as (

    select
        account_id,
        quarter_start_date,
        category,
        gap_kind,
        reference_count,
        reference_sum,
        reference_spread_sum,
        reference_spread_square_sum
    from {{ ref('int_gap_references_of_staff') }}
    union all
    select
        account_id,
        quarter_start_date,
        category,
        gap_kind,
        reference_count,
        reference_sum,
        reference_spread_sum,
        reference_spread_square_sum
    from {{ ref('int_gap_references_expected') }}
    union all
    select
        account_id,
        quarter_start_date,
        category,
        gap_kind,
        reference_count,
        reference_sum,
        reference_spread_sum,
        reference_spread_square_sum
    from {{ ref('int_gap_references_of_others') }}

),

means as (

    select
        actuals.account_id,
        actuals.quarter_start_date,
        actuals.category,
        group_references.gap_kind,
        cast(group_references.reference_sum as {{ type_double() }}) / group_references.reference_count as reference_mean,
        group_references.reference_count,
        {{ sample_variance(
            "group_references.reference_count",
            "group_references.reference_spread_sum",
            "group_references.reference_spread_square_sum"
        ) }} as reference_variance

    from actuals
    inner join group_references
        on actuals.account_id = group_references.account_id
        and actuals.quarter_start_date = group_references.quarter_start_date
        and actuals.category = group_references.category

    union all

    select
        actuals.account_id,
        actuals.quarter_start_date,
        actuals.category,
        'target' as gap_kind,
        cast(targets.target as {{ type_double() }}) as reference_mean,
        cast(null as bigint) as reference_count,
        cast(null as {{ type_double() }}) as reference_variance

    from actuals
    inner join targets
        on actuals.category = targets.category
        and {{ in_force("targets", "actuals.last_day") }}

),

differences as (

    select
        means.account_id,
        means.quarter_start_date,
        means.category,
        means.gap_kind,
        means.reference_mean,
        means.reference_count,
        means.reference_variance,
        cast(actuals.score_sum as {{ type_double() }}) / actuals.response_count as actual_mean,
        actuals.response_count as actual_count,
        {{ sample_variance("actuals.response_count", "actuals.spread_sum", "actuals.spread_square_sum") }} as actual_variance,
        actuals.last_day,
        actuals.revenue_t4q

    from means
    inner join actuals
        on means.account_id = actuals.account_id
        and means.quarter_start_date = actuals.quarter_start_date
        and means.category = actuals.category

)

select
    *,
    -- a gap within the tolerance is none, before anything is multiplied by it
    case
        when {{ differs_from_zero("reference_mean - actual_mean") }} then reference_mean - actual_mean
        else 0
    end as gap,
    actual_variance / actual_count as actual_error,
    case when gap_kind = 'target' then 0 else reference_variance / reference_count end as reference_error

from differences

-- One row per account, category, quarter and kind of gap. Positive: the customer gets less than the reference.
with

classes as (

    {{ rule_periods(ref('gap_classes')) }}

),

classed as (

    select
        gaps.*,
        case
            when {{ at_least("gaps.gap", "classes.min_gap") }} then 1
            when {{ at_least("-gaps.gap", "classes.min_gap") }} then -1
            else 0
        end as direction
    from {{ ref('int_gaps_bounded') }} as gaps
    inner join classes
        on {{ in_force("classes", "gaps.last_day") }}

),

segments as (

    select
        account_id,
        quarter_start_date,
        category,
        reference_mean
    from classed
    where gap_kind = 'segment'

)

select
    classed.account_id,
    classed.category,
    classed.quarter_start_date,
    classed.gap_kind,
    classed.reference_mean,
    classed.reference_count,
    classed.actual_mean,
    classed.actual_count,
    classed.gap,
    classed.ci95_low,
    classed.ci95_high,
    case
        when classed.ci95_low is null then null
        else classed.ci95_low > {{ var("tolerance") }} or classed.ci95_high < -{{ var("tolerance") }}
    end as is_significant,
    case
        when classed.direction = 0 then 'aligned'
        when classed.gap_kind = 'perception' and classed.direction = 1 then 'blind_spot'
        when classed.gap_kind = 'perception' then 'hidden_strength'
        when classed.direction = 1 then 'shortfall'
        else 'surplus'
    end as gap_class,

    -- a shortfall that the account's whole segment shares has a cause of ours, not of the account
    case
        when classed.gap_kind <> 'target' or classed.direction <> 1 or segments.reference_mean is null then null
        when {{ below("segments.reference_mean", "classed.reference_mean") }} then 'systemic'
        else 'account_specific'
    end as origin,
    classed.gap * classed.revenue_t4q as priority

from classed
-- left: without other accounts in its tier an account has no segment to be held against
left join segments
    on classed.account_id = segments.account_id
    and classed.quarter_start_date = segments.quarter_start_date
    and classed.category = segments.category

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

),

named as (

    select
        classed.*,
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
        end as origin

    from classed
    -- left: without other accounts in its tier an account has no segment to be held against
    left join segments
        on classed.account_id = segments.account_id
        and classed.quarter_start_date = segments.quarter_start_date
        and classed.category = segments.category

),

ranked as (

    -- by the revenue that hangs on a gap, in exact money; who is no customer comes last
    select
        *,
        rank() over (
            partition by quarter_start_date, category, gap_class order by revenue_t4q is null, revenue_t4q desc
        ) as revenue_rank
    from named

)

select
    account_id,
    category,
    quarter_start_date,
    gap_kind,
    reference_mean,
    reference_count,
    actual_mean,
    actual_count,
    gap,
    ci95_low,
    ci95_high,
    case
        when ci95_low is null then null
        else ci95_low > {{ var("tolerance") }} or ci95_high < -{{ var("tolerance") }}
    end as is_significant,
    gap_class,
    origin,
    cast(revenue_t4q as {{ type_double() }}) as revenue_t4q,
    gap * cast(revenue_t4q as {{ type_double() }}) as priority,
    case when gap_class = 'blind_spot' then cast(revenue_rank as bigint) end as blind_spot_rank

from ranked

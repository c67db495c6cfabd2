-- One row per account, quarter and category: what the customers of other accounts said, of the same tier and of all.
-- Sums are exact decimals, so taking the account's own out of the group leaves exactly the others.
with

actuals as (

    select * from {{ ref('int_gap_actuals') }}

),

groups as (

    select * from {{ ref('int_scores_grouped') }}
    where scope_type in ('tier', 'global')

),

others as (

    select
        actuals.account_id,
        actuals.quarter_start_date,
        actuals.category,
        case when groups.scope_type = 'tier' then 'segment' else 'global' end as gap_kind,
        groups.response_count - actuals.response_count as reference_count,
        cast(groups.score_sum - actuals.score_sum as decimal(38, 15)) as reference_sum,
        cast(groups.spread_sum - actuals.spread_sum as decimal(38, 11)) as reference_spread_sum,
        cast(groups.spread_square_sum - actuals.spread_square_sum as decimal(38, 22)) as reference_spread_square_sum

    from actuals
    inner join groups
        on actuals.quarter_start_date = groups.quarter_start_date
        and actuals.category = groups.category
        and (groups.scope_type = 'global' or actuals.account_tier = groups.scope_id)

)

select * from others
where reference_count >= 1

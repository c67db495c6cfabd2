-- One row per quarter, scope and category: how many accounts stand behind a score, and how far each pulls it.
-- Answers of one account resemble one another, so the error of the mean is that of accounts, not of answers
-- (cluster-robust, Liang and Zeger 1986, with the factor A/(A-1) for few accounts).
with

cells as (

    select * from {{ ref('int_scores_by_account') }}

),

cells_by_scope as (

    {{ by_scope("cells") }}

),

accounts_of_groups as (

    select
        quarter_start_date,
        scope_type,
        scope_id,
        category,
        account_id,
        cast(sum(response_count) as bigint) as response_count,
        cast(sum(score_sum) as decimal(38, 15)) as score_sum
    from cells_by_scope
    group by quarter_start_date, scope_type, scope_id, category, account_id

),

deviations as (

    -- sum of (score - mean) over the account's responses; multiplied out, so that it is exact until the last division
    select
        grouped.quarter_start_date,
        grouped.scope_type,
        grouped.scope_id,
        grouped.category,
        grouped.response_count,
        cast(
            grouped.response_count * accounts_of_groups.score_sum - accounts_of_groups.response_count * grouped.score_sum
            as {{ type_double() }}
        ) / grouped.response_count as deviation
    from {{ ref('int_scores_grouped') }} as grouped
    inner join accounts_of_groups
        on grouped.quarter_start_date = accounts_of_groups.quarter_start_date
        and grouped.scope_type = accounts_of_groups.scope_type
        and grouped.scope_id = accounts_of_groups.scope_id
        and grouped.category = accounts_of_groups.category

),

groups as (

    select
        quarter_start_date,
        scope_type,
        scope_id,
        category,
        response_count,
        cast(count(*) as bigint) as account_count,
        {{ square_sum("deviation") }} as deviation_square_sum
    from deviations
    group by quarter_start_date, scope_type, scope_id, category, response_count

)

select
    groups.quarter_start_date,
    groups.scope_type,
    groups.scope_id,
    groups.category,
    groups.account_count,
    case
        when groups.account_count < 2 then null
        else {{ t_or_z("t_critical.t") }}
            * sqrt(
                cast(groups.account_count as {{ type_double() }}) / (groups.account_count - 1)
                * cast(groups.deviation_square_sum as {{ type_double() }})
            ) / groups.response_count
    end as robust_half_width

from groups
-- left: the table ends at 120 degrees of freedom, beyond them the normal quantile holds
left join {{ ref('t_critical') }} as t_critical
    on groups.account_count - 1 = t_critical.df

-- One row per fiscal year whose fourth quarter has ended and satisfaction band with an account in it.
with

accounts as (

    select
        accounts.fiscal_year,
        accounts.band,
        accounts.score,
        accounts.revenue_t4q,
        outcomes.retained_q1,
        outcomes.retained_q2,
        outcomes.retained_q3,
        outcomes.retained_q4,
        outcomes.revenue_next,
        case
            when outcomes.revenue_next is null then null
            when outcomes.revenue_next > accounts.revenue_t4q then 1
            else 0
        end as has_expanded

    from {{ ref('int_loyalty_accounts') }} as accounts
    inner join {{ ref('int_loyalty_outcomes') }} as outcomes
        on accounts.fiscal_year = outcomes.fiscal_year
        and accounts.account_id = outcomes.account_id

),

bands as (

    select
        fiscal_year,
        band,
        cast(count(*) as bigint) as account_count,
        {{ exact_mean("score") }} as mean_score,
        cast(sum(revenue_t4q) as {{ type_double() }}) as revenue_t4q,
        cast(sum(retained_q1) as {{ type_double() }}) / nullif(count(retained_q1), 0) as retention_q1,
        cast(sum(retained_q2) as {{ type_double() }}) / nullif(count(retained_q2), 0) as retention_q2,
        cast(sum(retained_q3) as {{ type_double() }}) / nullif(count(retained_q3), 0) as retention_q3,
        cast(sum(retained_q4) as {{ type_double() }}) / nullif(count(retained_q4), 0) as retention_q4,
        cast(sum(revenue_next) as {{ type_double() }}) as revenue_next,
        cast(sum(has_expanded) as {{ type_double() }}) / nullif(count(has_expanded), 0) as expansion_rate
    from accounts
    group by fiscal_year, band

)

select
    cast(fiscal_year as bigint) as year,
    band,
    account_count,
    mean_score,
    revenue_t4q,
    retention_q1,
    retention_q2,
    retention_q3,
    retention_q4,
    1 - retention_q4 as churn_rate,
    revenue_next,
    case when revenue_t4q <= 0 then null else revenue_next / revenue_t4q - 1 end as revenue_growth,
    expansion_rate

from bands

-- One row per fiscal year whose fourth quarter has ended and customer of that quarter: the satisfaction band the year put it in.
-- Only what was said in the year is looked at; what came of it stands in int_loyalty_outcomes.
with

sets as (

    -- the bands of one valid_from hold together and end together
    {{ rule_periods("(select distinct valid_from from " ~ ref('satisfaction_bands') ~ ")") }}

),

bands as (

    select
        sets.valid_from,
        sets.valid_until,
        satisfaction_bands.band,
        satisfaction_bands.min_score,
        lead(satisfaction_bands.min_score) over (
            partition by sets.valid_from order by satisfaction_bands.min_score
        ) as next_min_score

    from sets
    inner join {{ ref('satisfaction_bands') }} as satisfaction_bands
        on sets.valid_from = satisfaction_bands.valid_from

),

years as (

    select
        fiscal_year,
        quarter_start_date,
        quarter_index,
        last_day
    from {{ ref('int_quarters') }}
    where fiscal_quarter_number = 4
        and quarter_end_date <= {{ as_of_date() }}

),

scores as (

    select
        quarters.fiscal_year,
        scores.account_id,
        {{ exact_mean("scores.score") }} as score

    from {{ ref('int_counted_scores') }} as scores
    inner join {{ ref('int_quarters') }} as quarters
        on scores.quarter_start_date = quarters.quarter_start_date
    where scores.category = 'overall'
    group by quarters.fiscal_year, scores.account_id

)

select
    years.fiscal_year,
    years.quarter_index,
    customers.account_id,
    customers.revenue_t4q,
    scores.score,
    case when scores.score is null then 'unheard' else bands.band end as band

from years
inner join {{ ref('int_account_quarters_tiered') }} as customers
    on years.quarter_start_date = customers.quarter_start_date
-- left, twice: who said nothing all year has neither score nor band
left join scores
    on years.fiscal_year = scores.fiscal_year
    and customers.account_id = scores.account_id
left join bands
    on {{ in_force("bands", "years.last_day") }}
    and {{ at_least("scores.score", "bands.min_score") }}
    and (bands.next_min_score is null or {{ below("scores.score", "bands.next_min_score") }})

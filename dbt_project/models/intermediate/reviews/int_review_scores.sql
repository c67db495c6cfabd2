-- One row per account and quarter of a customer: its overall score beside the quarter before, its segment and everybody else.
with

account_quarters as (

    select * from {{ ref('int_account_quarters') }}

),

account_means as (

    select
        scores.scope_id as account_id,
        quarters.quarter_index,
        scores.response_count,
        cast(scores.score_sum as {{ type_double() }}) / scores.response_count as mean_score
    from {{ ref('int_scores_grouped') }} as scores
    inner join {{ ref('int_quarters') }} as quarters
        on scores.quarter_start_date = quarters.quarter_start_date
    where scores.scope_type = 'account'
        and scores.category = 'overall'

),

others as (

    select
        account_id,
        quarter_start_date,
        max(case when gap_kind = 'segment' then reference_mean end) as segment_mean,
        max(case when gap_kind = 'global' then reference_mean end) as global_mean
    from {{ ref('int_gaps_measured') }}
    where category = 'overall'
    group by account_id, quarter_start_date

),

people as (

    select
        account_id,
        quarter_start_date,
        cast(sum(case when took_part then 1 else 0 end) as bigint) as participant_count,
        cast(sum(case when took_part then 0 else 1 end) as bigint) as non_respondent_count
    from {{ ref('int_account_participants') }}
    group by account_id, quarter_start_date

)

select
    account_quarters.account_id,
    account_quarters.quarter_start_date,
    now.mean_score,
    coalesce(now.response_count, 0) as response_count,
    quarter_before.mean_score as previous_quarter_mean,
    others.segment_mean,
    others.global_mean,
    coalesce(people.participant_count, 0) as participant_count,
    coalesce(people.non_respondent_count, 0) as non_respondent_count

from account_quarters
-- left, all of them: a customer that said nothing is reviewed too
left join account_means as now
    on account_quarters.account_id = now.account_id
    and account_quarters.quarter_index = now.quarter_index
left join account_means as quarter_before
    on account_quarters.account_id = quarter_before.account_id
    and account_quarters.quarter_index - 1 = quarter_before.quarter_index
left join others
    on account_quarters.account_id = others.account_id
    and account_quarters.quarter_start_date = others.quarter_start_date
left join people
    on account_quarters.account_id = people.account_id
    and account_quarters.quarter_start_date = people.quarter_start_date

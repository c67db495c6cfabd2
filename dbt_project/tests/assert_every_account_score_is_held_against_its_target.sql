-- A target always exists: each account's score has exactly one target gap, made of the very same score.
{{ config(meta={"sentence": "rpt_gaps and fct_satisfaction_quarterly disagree on an account's score"}) }}
with

scores as (

    select
        scope_id as account_id,
        quarter_start_date,
        category,
        response_count,
        mean_score
    from {{ known_now(ref('fct_satisfaction_quarterly')) }}
    where scope_type = 'account'

),

target_gaps as (

    select
        account_id,
        quarter_start_date,
        category,
        actual_count,
        actual_mean
    from {{ known_now(ref('rpt_gaps')) }}
    where gap_kind = 'target'

)

select
    coalesce(scores.account_id, target_gaps.account_id) as account_id,
    coalesce(scores.quarter_start_date, target_gaps.quarter_start_date) as quarter_start_date,
    coalesce(scores.category, target_gaps.category) as category
from scores
full outer join target_gaps
    on scores.account_id = target_gaps.account_id
    and scores.quarter_start_date = target_gaps.quarter_start_date
    and scores.category = target_gaps.category
where scores.account_id is null
    or target_gaps.account_id is null
    or scores.response_count <> target_gaps.actual_count
    or abs(scores.mean_score - target_gaps.actual_mean) > 1e-9

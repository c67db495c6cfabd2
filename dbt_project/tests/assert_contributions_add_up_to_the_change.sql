-- In every dimension the groups' contributions make the change of the global mean, and the ranks run from 1 without holes.
{{ config(meta={"sentence": "rpt_satisfaction_changes explains more or less than the change of the global mean"}) }}
with

scores as (

    select
        quarter_start_date,
        category,
        mean_score - previous_quarter_mean as change
    from {{ known_now(ref('fct_satisfaction_quarterly')) }}
    where scope_type = 'global'
        and previous_quarter_mean is not null

),

dimensions as (

    select 'project' as dimension
    union all
    select 'account'
    union all
    select 'tier'
    union all
    select 'industry'
    union all
    select 'region'

),

explained as (

    select
        quarter_start_date,
        category,
        dimension,
        sum(contribution) as contribution,
        sum(share) as share,
        sum(previous_share) as previous_share,
        max(contribution_rank) as last_rank,
        count(*) as group_count
    from {{ known_now(ref('rpt_satisfaction_changes')) }}
    group by quarter_start_date, category, dimension

)

select
    coalesce(scores.quarter_start_date, explained.quarter_start_date) as quarter_start_date,
    coalesce(scores.category, explained.category) as category,
    coalesce(dimensions.dimension, explained.dimension) as dimension
from scores
cross join dimensions
full outer join explained
    on scores.quarter_start_date = explained.quarter_start_date
    and scores.category = explained.category
    and dimensions.dimension = explained.dimension
where explained.contribution is null
    or scores.change is null
    or abs(explained.contribution - scores.change) > 1e-9
    or abs(explained.share - 1) > 1e-9
    or abs(explained.previous_share - 1) > 1e-9
    or explained.last_rank <> explained.group_count

-- One row per quarter, category, dimension and group that answered in it or in the quarter before: both sides' share and mean.
-- Only quarters in which the category has a global mean on both sides: else there is no change to explain.
with

totals as (

    select
        grouped.quarter_start_date,
        quarters.quarter_index,
        grouped.category,
        grouped.response_count,
        cast(grouped.score_sum as {{ type_double() }}) / grouped.response_count as mean_score
    from {{ ref('int_scores_grouped') }} as grouped
    inner join {{ ref('int_quarters') }} as quarters
        on grouped.quarter_start_date = quarters.quarter_start_date
    where grouped.scope_type = 'global'

),

changes as (

    select
        now.quarter_start_date,
        now.quarter_index,
        now.category,
        now.response_count as total_count,
        before.response_count as previous_total_count,
        now.mean_score as total_mean,
        before.mean_score as previous_total_mean
    from totals as now
    inner join totals as before
        on now.category = before.category
        and now.quarter_index - 1 = before.quarter_index

),

sides as (

    select
        quarter_index,
        category,
        dimension,
        group_id,
        response_count,
        score_sum,
        0 as previous_response_count,
        cast(0 as decimal(38, 15)) as previous_score_sum
    from {{ ref('int_scores_by_dimension') }}
    union all
    select
        quarter_index + 1 as quarter_index,
        category,
        dimension,
        group_id,
        0 as response_count,
        cast(0 as decimal(38, 15)) as score_sum,
        response_count as previous_response_count,
        score_sum as previous_score_sum
    from {{ ref('int_scores_by_dimension') }}

),

groups as (

    select
        quarter_index,
        category,
        dimension,
        group_id,
        cast(sum(response_count) as bigint) as response_count,
        cast(sum(score_sum) as decimal(38, 15)) as score_sum,
        cast(sum(previous_response_count) as bigint) as previous_response_count,
        cast(sum(previous_score_sum) as decimal(38, 15)) as previous_score_sum
    from sides
    group by quarter_index, category, dimension, group_id

)

select
    changes.quarter_start_date,
    changes.category,
    groups.dimension,
    groups.group_id,
    changes.total_mean,
    changes.previous_total_mean,
    groups.response_count,
    groups.previous_response_count,
    cast(groups.response_count as {{ type_double() }}) / changes.total_count as share,
    cast(groups.previous_response_count as {{ type_double() }}) / changes.previous_total_count as previous_share,
    cast(groups.score_sum as {{ type_double() }}) / nullif(groups.response_count, 0) as mean_score,
    cast(groups.previous_score_sum as {{ type_double() }}) / nullif(groups.previous_response_count, 0) as previous_mean_score

from changes
inner join groups
    on changes.quarter_index = groups.quarter_index
    and changes.category = groups.category

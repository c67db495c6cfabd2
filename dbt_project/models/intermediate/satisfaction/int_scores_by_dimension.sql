-- One row per quarter, category, dimension and group with a counted response: the parts the global mean is put together from.
-- Responses without the attribute are a group of their own, without a name, so that the parts make the whole.
with

cells as (

    select * from {{ ref('int_scores_by_account') }}

),

cells_by_dimension as (

    {{ by_scope("cells", "dimension", "group_id", with_global=false, keep_unnamed=true) }}

)

select
    cells_by_dimension.quarter_start_date,
    quarters.quarter_index,
    cells_by_dimension.category,
    cells_by_dimension.dimension,
    cells_by_dimension.group_id,
    cast(sum(cells_by_dimension.response_count) as bigint) as response_count,
    cast(sum(cells_by_dimension.score_sum) as decimal(38, 15)) as score_sum

from cells_by_dimension
inner join {{ ref('int_quarters') }} as quarters
    on cells_by_dimension.quarter_start_date = quarters.quarter_start_date
group by
    cells_by_dimension.quarter_start_date,
    quarters.quarter_index,
    cells_by_dimension.category,
    cells_by_dimension.dimension,
    cells_by_dimension.group_id

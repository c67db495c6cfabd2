-- One row per quarter and agent or team with a counted response, also those too few to be shown.
with

grouped as (

    select
        quarter_start_date,
        reported_level,
        reported_id,
        cast(count(*) as bigint) as response_count,
        {{ exact_sum("score") }} as score_sum,
        {{ exact_mean("score") }} as mean_score,
        {{ spread_sum("score") }} as spread_sum,
        {{ spread_square_sum("score") }} as spread_square_sum
    from {{ ref('int_service_responses') }}
    group by quarter_start_date, reported_level, reported_id

)

select
    quarter_start_date,
    reported_level,
    reported_id,
    response_count,
    score_sum,
    mean_score,
    {{ sample_variance("response_count", "spread_sum", "spread_square_sum") }} as score_variance

from grouped

-- One row per quarter, category, account and project with a counted response: the cells every group is put together from.
-- An account has one tier, industry and region in a quarter, so they ride along.
select
    quarter_start_date,
    category,
    account_id,
    project_id,
    account_tier,
    industry,
    region,
    cast(count(*) as bigint) as response_count,
    {{ exact_sum("score") }} as score_sum

from {{ ref('int_counted_scores') }}
group by quarter_start_date, category, account_id, project_id, account_tier, industry, region

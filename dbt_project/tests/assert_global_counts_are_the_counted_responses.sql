-- Every counted response is in the overall figure of its quarter, once, and nothing else is.
{{ config(meta={"sentence": "a quarter's overall satisfaction does not hold exactly the counted responses"}) }}
with

counted as (

    select
        quarter_start_date,
        count(*) as response_count
    from {{ ref('fct_survey_responses') }}
    where is_counted
    group by quarter_start_date

),

published as (

    select
        quarter_start_date,
        response_count
    from {{ known_now(ref('fct_satisfaction_quarterly')) }}
    where scope_type = 'global'
        and category = 'overall'

)

select
    counted.quarter_start_date as counted_quarter,
    published.quarter_start_date as published_quarter,
    counted.response_count as counted_responses,
    published.response_count as published_responses

from counted
full outer join published
    on counted.quarter_start_date = published.quarter_start_date
where coalesce(counted.response_count, 0) <> coalesce(published.response_count, 0)

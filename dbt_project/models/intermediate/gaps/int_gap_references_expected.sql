-- One row per account, quarter and category: what the account's customers said they expect. Each answer is one value.
with

expectations as (

    select
        responses.account_id,
        responses.quarter_start_date,
        answers.category,
        answers.score_5pt

    from {{ ref('int_answers_scored') }} as answers
    inner join {{ ref('int_responses_excluded') }} as responses
        on answers.response_id = responses.response_id
    where answers.measure = 'expectation'
        and answers.value is not null
        -- a response of expectations alone has no scored answer, yet it is a customer's
        and (responses.exclusion_reason is null or responses.exclusion_reason = 'no_scored_answer')

),

by_category as (

    select
        account_id,
        quarter_start_date,
        'overall' as category,
        score_5pt
    from expectations
    union all
    select
        account_id,
        quarter_start_date,
        category,
        score_5pt
    from expectations
    where category is not null

)

select
    account_id,
    quarter_start_date,
    category,
    'expectation' as gap_kind,
    cast(count(*) as bigint) as reference_count,
    {{ exact_sum("score_5pt") }} as reference_sum,
    {{ spread_sum("score_5pt") }} as reference_spread_sum,
    {{ spread_square_sum("score_5pt") }} as reference_spread_square_sum

from by_category
group by account_id, quarter_start_date, category

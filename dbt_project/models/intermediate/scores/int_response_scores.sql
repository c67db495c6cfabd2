-- One row per response and category (overall included) it has a scored answer in: the question-weighted mean.
-- The award's own scores leave out questions that do not count for it; null where none is left.
with

scored_answers as (

    select * from {{ ref('int_answers_scored') }}
    where is_scored

),

answers_by_category as (

    select
        response_id,
        'overall' as category,
        score_5pt,
        score_5pt_ratio,
        weight,
        counts_for_award
    from scored_answers

    union all

    select
        response_id,
        category,
        score_5pt,
        score_5pt_ratio,
        weight,
        counts_for_award
    from scored_answers
    where category is not null

)

select
    response_id,
    category,
    cast(count(*) as bigint) as answer_count,
    {{ exact_weighted_mean("score_5pt", "weight") }} as score,
    {{ exact_weighted_mean(
        "case when counts_for_award then score_5pt end", "case when counts_for_award then weight end"
    ) }} as award_score,
    {{ exact_weighted_mean(
        "case when counts_for_award then score_5pt_ratio end", "case when counts_for_award then weight end"
    ) }} as award_score_ratio

from answers_by_category
group by response_id, category

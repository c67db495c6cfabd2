-- One row per project, category and award year with a vote: between which means the truth lies, where some answers only tell a class.
-- The low (high) score of a vote takes each such answer at the lowest (highest) score its class may stand for, all others as they are.
with

answers as (

    select
        answers_scored.response_id,
        answers_scored.category,
        answers_scored.weight,
        case when scale_classes.scale_id is null then 0 else 1 end as class_answers,
        coalesce(cast(scale_classes.score_low as {{ type_double() }}), answers_scored.score_5pt) as score_low,
        coalesce(cast(scale_classes.score_high as {{ type_double() }}), answers_scored.score_5pt) as score_high

    from {{ ref('int_answers_scored') }} as answers_scored
    -- left: most scales tell the score itself
    left join {{ ref('scale_classes') }} as scale_classes
        on answers_scored.scale_id = scale_classes.scale_id
        and answers_scored.value = scale_classes.value
    where answers_scored.is_scored
        and answers_scored.counts_for_award

),

answers_by_category as (

    select
        response_id,
        'overall' as category,
        weight,
        class_answers,
        score_low,
        score_high
    from answers

    union all

    select
        response_id,
        category,
        weight,
        class_answers,
        score_low,
        score_high
    from answers
    where category is not null

),

response_bounds as (

    select
        response_id,
        category,
        sum(class_answers) as class_answers,
        {{ exact_weighted_mean("score_low", "weight") }} as score_low,
        {{ exact_weighted_mean("score_high", "weight") }} as score_high
    from answers_by_category
    group by response_id, category

)

select
    votes.project_id,
    votes.category,
    votes.award_year,
    cast(sum(response_bounds.class_answers) as bigint) as class_answer_count,
    {{ exact_mean("response_bounds.score_low") }} as mean_low,
    {{ exact_mean("response_bounds.score_high") }} as mean_high

from {{ ref('int_award_responses') }} as votes
inner join response_bounds
    on votes.response_id = response_bounds.response_id
    and votes.category = response_bounds.category
group by votes.project_id, votes.category, votes.award_year

-- One row per quarter, scope and category with at least one counted response: the sums every figure of a group is made of.
with

award_rules as (

    {{ rule_periods(ref('award_rules')) }}

),

scores as (

    select * from {{ ref('int_counted_scores') }}

),

scores_by_scope as (

    {{ by_scope("scores") }}

),

rules as (

    select
        quarters.quarter_start_date,
        award_rules.threshold
    from {{ ref('int_quarters') }} as quarters
    inner join award_rules
        on {{ in_force("award_rules", "quarters.last_day") }}

)

select
    scores_by_scope.quarter_start_date,
    scores_by_scope.scope_type,
    scores_by_scope.scope_id,
    scores_by_scope.category,
    rules.threshold,
    cast(count(*) as bigint) as response_count,
    cast(
        count(distinct scores_by_scope.contact_id) + sum(case when scores_by_scope.contact_id is null then 1 else 0 end)
        as bigint
    ) as respondent_count,
    {{ exact_sum("scores_by_scope.score") }} as score_sum,
    {{ spread_sum("scores_by_scope.score") }} as spread_sum,
    {{ spread_square_sum("scores_by_scope.score") }} as spread_square_sum,
    cast(sum(case when {{ at_least("scores_by_scope.score", "rules.threshold") }} then 1 else 0 end) as bigint) as top2box_count

from scores_by_scope
inner join rules
    on scores_by_scope.quarter_start_date = rules.quarter_start_date
group by
    scores_by_scope.quarter_start_date,
    scores_by_scope.scope_type,
    scores_by_scope.scope_id,
    scores_by_scope.category,
    rules.threshold

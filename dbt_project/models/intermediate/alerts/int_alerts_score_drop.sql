-- One row per account and quarter whose overall mean fell by the limit or more since the quarter before.
-- Both quarters need enough responses, so that one voice is no trend.
with

account_means as (

    select
        scores.scope_id as account_id,
        scores.quarter_start_date,
        quarters.quarter_index,
        scores.response_count,
        cast(scores.score_sum as {{ type_double() }}) / scores.response_count as mean_score
    from {{ ref('int_scores_grouped') }} as scores
    inner join {{ ref('int_quarters') }} as quarters
        on scores.quarter_start_date = quarters.quarter_start_date
    where scores.scope_type = 'account'
        and scores.category = 'overall'

)

select
    rules.rule_id,
    now.account_id as subject_id,
    now.account_id,
    cast(null as {{ dbt.type_string() }}) as contact_id,
    now.quarter_start_date,
    {{ dbt.concat([
        "'fell from '", printed("quarter_before.mean_score"), "' ('", as_text("quarter_before.response_count"),
        "' responses) to '", printed("now.mean_score"), "' of 5 ('", as_text("now.response_count"),
        "' responses) overall in the quarter up to '", as_text("rules.last_day"), "', a loss of '",
        printed("quarter_before.mean_score - now.mean_score"), "'; '", printed("rules.threshold"),
        "' or more, with at least '", printed("rules.second_threshold", 0), "' responses in both quarters, calls for action.'",
    ]) }} as finding

from account_means as now
inner join account_means as quarter_before
    on now.account_id = quarter_before.account_id
    and now.quarter_index - 1 = quarter_before.quarter_index
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'score_drop'
    and now.quarter_start_date = rules.quarter_start_date
where {{ at_least("quarter_before.mean_score - now.mean_score", "rules.threshold") }}
    and now.response_count >= rules.second_threshold
    and quarter_before.response_count >= rules.second_threshold

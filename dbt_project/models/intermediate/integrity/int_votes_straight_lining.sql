-- One row per vote whose scored answers, many enough to tell, all stand on one scale and all have the same value.
with

answered as (

    select
        response_id,
        cast(count(*) as bigint) as answer_count,
        count(distinct scale_id) as scales,
        count(distinct value) as different_values,
        min(scale_id) as scale_id
    from {{ ref('int_answers_scored') }}
    where is_scored
    group by response_id

)

select
    votes.response_id,
    {{ dbt.concat([
        "'All '",
        dbt.safe_cast("answered.answer_count", dbt.type_string()),
        "' scored answers have the same value on the scale '",
        "answered.scale_id",
        "'; from '",
        dbt.safe_cast("votes.straight_line_min_answers", dbt.type_string()),
        "' on that is noted.'",
    ]) }} as detail

from {{ ref('int_votes_under_policy') }} as votes
inner join answered
    on votes.response_id = answered.response_id
where answered.answer_count >= votes.straight_line_min_answers
    and answered.scales = 1
    and answered.different_values = 1

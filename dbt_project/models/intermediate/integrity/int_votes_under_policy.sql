-- One row per customer's response up to as-of, counted or not, with the vote integrity policy of its quarter.
with

policy as (

    {{ rule_periods(ref('integrity_policy')) }}

)

select
    responses.response_id,
    responses.survey_id,
    responses.project_id,
    responses.invitation_id,
    responses.account_id,
    responses.contact_id,
    responses.employee_id,
    responses.responded_at,
    responses.responded_date,
    responses.quarter_start_date,
    responses.exclusion_reason is null as is_counted,
    responses.exclusion_reason,
    cast(quarters.quarter_end_date + {{ var("settle_days") }} as date) as settled_date,
    policy.straight_line_min_answers,
    policy.answer_window_days

from {{ ref('int_responses_excluded') }} as responses
inner join {{ ref('int_quarters') }} as quarters
    on responses.quarter_start_date = quarters.quarter_start_date
inner join policy
    on {{ in_force("policy", "quarters.last_day") }}
where responses.respondent_type = 'customer'
    and responses.responded_date <= {{ as_of_date() }}

-- One row per check day, rule day, program and active team member who meets customers: whether certified on that day.
-- Check days are the last days of award years and quarters, as-of for running ones. A quarter takes the rule of that day,
-- an award year that of 31 December, also while the year is open: rule_day tells the two apart.
with

rules as (

    {{ rule_periods(ref('certification_rules'), parts=["program"]) }}

),

check_days as (

    select
        least(last_day, {{ as_of_date() }}) as check_day,
        last_day as rule_day
    from {{ ref('int_award_years') }}

    union

    select
        last_day as check_day,
        last_day as rule_day
    from {{ ref('int_quarters') }}

),

members as (

    select
        employee_id,
        team_id,
        min({{ byte_order("team_name") }}) over (partition by team_id) as team_name
    from {{ ref('int_employees_current') }}
    where is_active
        and team_id is not null
        and function in ('technical_support', 'field_service', 'customer_service', 'account_management')

),

required as (

    select
        check_days.check_day,
        check_days.rule_day,
        rules.program,
        rules.required_courses,
        rules.min_score,
        rules.valid_months,
        rules.required_share

    from check_days
    inner join rules
        on {{ in_force("rules", "check_days.rule_day") }}

),

courses_passed as (

    select
        required.check_day,
        required.rule_day,
        required.program,
        training.employee_id,
        count(distinct training.course_id) as course_count

    from required
    inner join {{ ref('int_training_current') }} as training
        on required.program = training.program
        and required.check_day >= training.passed_on
        -- a pass that names no end holds for the months of the rule, that day included
        and required.check_day <= coalesce(training.expires_on, {{ add_months("training.passed_on", "required.valid_months") }})
        -- where a score is asked for, an unknown one does not do
        and (required.min_score is null or required.min_score <= training.score)
    group by required.check_day, required.rule_day, required.program, training.employee_id

)

select
    required.check_day,
    required.rule_day,
    required.program,
    members.employee_id,
    members.team_id,
    members.team_name,
    coalesce(courses_passed.course_count >= required.required_courses, false) as is_certified,
    required.required_share

from required
cross join members
-- left: who passed nothing is a member all the same
left join courses_passed
    on required.check_day = courses_passed.check_day
    and required.rule_day = courses_passed.rule_day
    and required.program = courses_passed.program
    and members.employee_id = courses_passed.employee_id

-- One row per quarter and agent or team with enough counted responses: who served at rating time, how well, and how sure that is.
{%- set drivers = ["knowledge", "professionalism", "quality_of_solution", "timeliness"] %}
with

targets as (

    {{ rule_periods(ref('service_targets'), parts=["reported_level"]) }}

),

driver_means as (

    select
        responses.quarter_start_date,
        responses.reported_level,
        responses.reported_id,
        {% for driver in drivers %}
            {{ exact_mean("case when answers.measure = '" ~ driver ~ "' then answers.score_5pt end") }} as {{ driver }}
            {% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_service_responses') }} as responses
    inner join {{ ref('int_answers_scored') }} as answers
        on responses.response_id = answers.response_id
    group by responses.quarter_start_date, responses.reported_level, responses.reported_id

),

employees as (

    select * from {{ ref('int_employees_current') }}

),

names as (

    select
        'agent' as reported_level,
        employee_id as reported_id,
        full_name as reported_name
    from employees

    union all

    -- a team spelled in several ways is called by the first of them
    select
        'team' as reported_level,
        team_id as reported_id,
        min({{ byte_order("team_name") }}) as reported_name
    from employees
    where team_id is not null
    group by team_id

)

select
    means.quarter_start_date,
    means.reported_level,
    means.reported_id,
    coalesce(names.reported_name, means.reported_id) as reported_name,
    means.response_count,
    means.mean_score,
    sqrt(means.score_variance) as sd_score,
    {% for driver in drivers %}
        driver_means.{{ driver }},
    {% endfor %}
    cast(targets.target as {{ type_double() }}) as target,
    {{ at_least("means.mean_score", "targets.target") }} as is_target_met,
    shrunk.reliability,
    shrunk.shrunk_mean,
    {{ at_least("shrunk.reliability", "targets.min_reliability") }} as is_reliable

from {{ ref('int_service_means') }} as means
inner join {{ ref('int_quarters') }} as quarters
    on means.quarter_start_date = quarters.quarter_start_date
inner join targets
    on means.reported_level = targets.reported_level
    and {{ in_force("targets", "quarters.last_day") }}
    and means.response_count >= targets.min_responses
inner join {{ ref('int_service_shrunk') }} as shrunk
    on means.quarter_start_date = shrunk.quarter_start_date
    and means.reported_level = shrunk.reported_level
    and means.reported_id = shrunk.reported_id
-- left: every counted response has answers, but a name may be missing
left join driver_means
    on means.quarter_start_date = driver_means.quarter_start_date
    and means.reported_level = driver_means.reported_level
    and means.reported_id = driver_means.reported_id
left join names
    on means.reported_level = names.reported_level
    and means.reported_id = names.reported_id

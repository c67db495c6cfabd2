-- Who was rated often enough is shown, with all counted responses that name him; who was not is not.
{{ config(
    meta={"sentence": "rpt_service_performance does not hold exactly the agents and teams rated often enough, with all their responses"}
) }}
with

rules as (

    {{ rule_periods(ref('service_targets'), parts=["reported_level"]) }}

),

responses as (

    select
        quarter_start_date,
        'agent' as reported_level,
        agent_id as reported_id
    from {{ ref('fct_survey_responses') }}
    where is_counted
        and agent_id is not null

    union all

    select
        quarter_start_date,
        'team' as reported_level,
        team_id as reported_id
    from {{ ref('fct_survey_responses') }}
    where is_counted
        and team_id is not null

),

grouped as (

    select
        quarter_start_date,
        reported_level,
        reported_id,
        count(*) as response_count
    from responses
    group by quarter_start_date, reported_level, reported_id

),

enough as (

    select grouped.*
    from grouped
    inner join {{ ref('int_quarters') }} as quarters
        on grouped.quarter_start_date = quarters.quarter_start_date
    inner join rules
        on grouped.reported_level = rules.reported_level
        and {{ in_force("rules", "quarters.last_day") }}
    where grouped.response_count >= rules.min_responses

)

select
    coalesce(enough.quarter_start_date, published.quarter_start_date) as quarter_start_date,
    coalesce(enough.reported_level, published.reported_level) as reported_level,
    coalesce(enough.reported_id, published.reported_id) as reported_id

from enough
full outer join {{ known_now(ref('rpt_service_performance')) }} as published
    on enough.quarter_start_date = published.quarter_start_date
    and enough.reported_level = published.reported_level
    and enough.reported_id = published.reported_id
where enough.reported_id is null
    or published.reported_id is null
    or enough.response_count <> published.response_count

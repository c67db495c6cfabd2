-- One row per counted response and level (agent, team) that served the customer at rating time.
with

responses as (

    select * from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null

)

select
    quarter_start_date,
    'agent' as reported_level,
    agent_id as reported_id,
    response_id,
    overall_score as score
from responses
where agent_id is not null

union all

select
    quarter_start_date,
    'team' as reported_level,
    team_id as reported_id,
    response_id,
    overall_score as score
from responses
where team_id is not null

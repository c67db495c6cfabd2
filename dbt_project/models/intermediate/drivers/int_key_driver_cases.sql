-- One row per quarter, scope and counted response of the four quarters ending with it: its score, and per driver the mean of its answers.
with

driver_means as (

    select
        {% for driver in key_drivers() %}
            {{ exact_mean("case when measure = '" ~ driver ~ "' then score_5pt end") }} as {{ driver }},
        {% endfor %}
        response_id
    from {{ ref('int_answers_scored') }}
    group by response_id

),

responses as (

    select
        responses.response_id,
        responses.project_id,
        responses.overall_score,
        quarters.quarter_index
    from {{ ref('int_responses_excluded') }} as responses
    inner join {{ ref('int_quarters') }} as quarters
        on responses.quarter_start_date = quarters.quarter_start_date
    where responses.exclusion_reason is null

),

scoped as (

    select
        'global' as scope_type,
        'global' as scope_id,
        response_id,
        overall_score,
        quarter_index
    from responses

    union all

    select
        'project' as scope_type,
        project_id as scope_id,
        response_id,
        overall_score,
        quarter_index
    from responses

)

select
    quarters.quarter_start_date,
    quarters.last_day,
    scoped.scope_type,
    scoped.scope_id,
    scoped.response_id,
    {% for driver in key_drivers() %}
        driver_means.{{ driver }},
    {% endfor %}
    scoped.overall_score

from scoped
inner join {{ ref('int_quarters') }} as quarters
    on scoped.quarter_index between quarters.quarter_index - 3 and quarters.quarter_index
inner join driver_means
    on scoped.response_id = driver_means.response_id

-- One row per open response and touchpoint (overall included) it says something about: its score there and its effort answers.
-- Open: counted, or left out only because nothing in it is scored. Such a response has no score here, only effort answers.
with

responses as (

    select * from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null
        or exclusion_reason = 'no_scored_answer'

),

answers as (

    select
        response_id,
        touchpoint,
        case when is_scored then score_5pt end as score_5pt,
        case when is_scored then weight end as weight,
        case when measure = 'effort' then score_5pt end as effort
    from {{ ref('int_answers_scored') }}
    where value is not null
        and (is_scored or measure = 'effort')

),

answers_by_touchpoint as (

    select
        response_id,
        'overall' as touchpoint,
        score_5pt,
        weight,
        effort
    from answers

    union all

    -- a touchpoint that calls itself overall is none of its own
    select
        response_id,
        touchpoint,
        score_5pt,
        weight,
        effort
    from answers
    where touchpoint is not null
        and touchpoint <> 'overall'

)

select
    responses.response_id,
    responses.quarter_start_date,
    answers_by_touchpoint.touchpoint,
    responses.channel,
    responses.ticket_id,
    {{ exact_weighted_mean("answers_by_touchpoint.score_5pt", "answers_by_touchpoint.weight") }} as score,
    cast(count(answers_by_touchpoint.effort) as bigint) as effort_count,
    {{ exact_sum("answers_by_touchpoint.effort") }} as effort_sum

from responses
inner join answers_by_touchpoint
    on responses.response_id = answers_by_touchpoint.response_id
group by
    responses.response_id,
    responses.quarter_start_date,
    answers_by_touchpoint.touchpoint,
    responses.channel,
    responses.ticket_id

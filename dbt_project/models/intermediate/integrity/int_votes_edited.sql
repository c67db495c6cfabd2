-- One row per vote that was changed, itself or one of its answers, on or after the day on which its quarter's figures settled.
with

changes as (

    select
        response_id,
        updated_at
    from {{ ref('int_responses_current') }}

    union all

    select
        response_id,
        updated_at
    from {{ ref('int_answers_current') }}

),

last_changes as (

    select
        response_id,
        {{ local_date("max(updated_at)") }} as changed_date
    from changes
    group by response_id

)

select
    votes.response_id,
    {{ dbt.concat([
        "'Last changed on '",
        dbt.safe_cast("last_changes.changed_date", dbt.type_string()),
        "'; the figures of its quarter settled on '",
        dbt.safe_cast("votes.settled_date", dbt.type_string()),
        "'.'",
    ]) }} as detail

from {{ ref('int_votes_under_policy') }} as votes
inner join last_changes
    on votes.response_id = last_changes.response_id
where last_changes.changed_date >= votes.settled_date

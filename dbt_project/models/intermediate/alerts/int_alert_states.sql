-- One row per alert that somebody has taken up: where it stood at the end of the as-of day (alerts/states.jsonl).
-- Of two entries of one instant the later line holds.
with

entries as (

    select
        states.alert_id,
        states.state,
        states.at as changed_at,
        row_number() over (partition by states.alert_id order by states.at desc, states.line desc) as recency
    from {{ source('landed', 'alert_states') }} as states
    where {{ local_date("states.at") }} <= {{ as_of_date() }}

)

select
    alert_id,
    state,
    changed_at

from entries
where recency = 1

-- Joins in the judging must neither multiply rows nor lose them, and a key in force must be in force once.
{{ config(meta={"sentence": "rows that passed the door were lost or counted twice while they were judged"}) }}
with

past_the_door as (

    select
        entity,
        sum(rows_valid) as row_count
    from {{ source('landed', 'batches') }}
    group by entity

),

judged as (

    {% for entity in entities() %}
        select
            '{{ entity.name }}' as entity,
            count(*) as row_count,
            count(distinct _row_id) as distinct_rows,
            sum(case when fate = 'current' then 1 else 0 end) as current_rows,
            count(distinct case when fate = 'current' then {{ entity.key }} end) as current_keys,
            sum(case when fate in ('current', 'replaced', 'deduplicated', 'quarantined') then 1 else 0 end) as known_fates
        from {{ ref('int_' ~ entity.name ~ '_judged') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    judged.entity,
    past_the_door.row_count as rows_past_the_door,
    judged.row_count as rows_judged
from judged
left join past_the_door
    on judged.entity = past_the_door.entity
where judged.row_count <> coalesce(past_the_door.row_count, 0)
    or judged.distinct_rows <> judged.row_count
    or judged.current_keys <> coalesce(judged.current_rows, 0)
    or coalesce(judged.known_fates, 0) <> judged.row_count

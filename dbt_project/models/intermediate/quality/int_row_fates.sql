-- One row per entity and fate of the rows that passed the door.
{% for entity in entities() %}
    select
        '{{ entity.name }}' as entity,
        fate,
        cast(count(*) as bigint) as row_count
    from {{ ref('int_' ~ entity.name ~ '_judged') }}
    group by fate
    {% if not loop.last %}union all{% endif %}
{% endfor %}

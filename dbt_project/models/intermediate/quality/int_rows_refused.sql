-- One row per landed row that passed the door and was refused over everything landed: orphans, duplicates, scales, rates.
{% for entity in entities() %}
    select
        '{{ entity.name }}' as entity,
        {{ entity.key }} as row_key,
        rule,
        reason,
        _file as file,
        _row_number as row_number,
        _run_id as run_id,
        _landed_at as first_seen_at,
        _row_id as row_id
    from {{ ref('int_' ~ entity.name ~ '_judged') }}
    where fate = 'quarantined'
    {% if not loop.last %}union all{% endif %}
{% endfor %}

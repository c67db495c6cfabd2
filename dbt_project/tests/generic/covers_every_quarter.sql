{# A dated rule is in force on the last day of every quarter, for each of the values of `part` that are needed. #}
{% test covers_every_quarter(model, part=none, needed=[]) %}
    {% for value in (needed or [none]) %}
    select
        quarters.quarter_start_date,
        '{{ value or "any" }}' as missing
    from {{ ref('int_quarters') }} as quarters
    left join {{ model }} as rules
        on rules.valid_from <= quarters.last_day
        {% if value %}and rules.{{ part }} = '{{ value }}'{% endif %}
    where rules.valid_from is null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}

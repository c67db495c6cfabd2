{#
    A dated rule is in force on the last day of every quarter, for each of the values of `part` that are needed.
    With `award_years` on every 31 December too: a quarter that lies across the new year ends after its first award year.
#}
{% test covers_every_quarter(model, part=none, needed=[], award_years=false) %}
    with

    days as (

        select last_day from {{ ref('int_quarters') }}
        {% if award_years %}
        union
        select last_day from {{ ref('int_award_years') }}
        {% endif %}

    )

    {% for value in (needed or [none]) %}
    select
        days.last_day,
        '{{ value or "any" }}' as missing
    from days
    left join {{ model }} as rules
        on rules.valid_from <= days.last_day
        {% if value %}and rules.{{ part }} = '{{ value }}'{% endif %}
    where rules.valid_from is null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}

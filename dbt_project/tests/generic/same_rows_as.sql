{# Two tables of one grain have the same keys, as known now; gives those that only one has. #}
{% test same_rows_as(model, other, grain) %}
    select
        {% for column in grain %}
        coalesce(here.{{ column }}, there.{{ column }}) as {{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ known_now(model) }} as here
    full outer join {{ known_now(other) }} as there
        on {% for column in grain %}here.{{ column }} = there.{{ column }}{% if not loop.last %} and {% endif %}{% endfor %}
    where here.{{ grain[0] }} is null
        or there.{{ grain[0] }} is null
{% endtest %}

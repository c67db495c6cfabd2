{# A mart's grain: no two rows share it. Nulls count as equal. #}
{% test one_row_per(model, grain) %}
    select
        {{ grain | join(", ") }},
        count(*) as row_count
    from {{ model }}
    group by {{ grain | join(", ") }}
    having count(*) > 1
{% endtest %}

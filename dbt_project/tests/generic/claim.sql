{# What must hold in every row; gives the rows in which it does not, or in which nobody can say. #}
{% test claim(model, says) %}
    select *
    from {{ model }}
    where not coalesce({{ says }}, false)
{% endtest %}

{#
    What must hold in every row; gives the rows in which it does not, or in which nobody can say.
    Rows frozen long ago held what was claimed then, so it is the rows as known now that are looked at.
#}
{% test claim(model, says) %}
    select *
    from {{ known_now(model) }}
    where not coalesce({{ says }}, false)
{% endtest %}

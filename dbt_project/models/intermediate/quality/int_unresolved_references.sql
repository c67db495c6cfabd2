-- One row per entity and optional reference: how many current rows name something that no valid row answers to.
{% for entity in entities() %}
    {% for column, parent in entity.references %}
        select
            '{{ entity.name }}' as entity,
            '{{ column }}' as reference_column,
            cast(count(*) as bigint) as unresolved_count
        from {{ ref('int_' ~ entity.name ~ '_current') }} as children
        left join {{ ref('int_' ~ parent.name ~ '_current') }} as parents
            on children.{{ column }} = parents.{{ parent.key }}
        where children.{{ column }} is not null
            and parents.{{ parent.key }} is null
        union all
    {% endfor %}
{% endfor %}
select
    cast(null as {{ dbt.type_string() }}) as entity,
    cast(null as {{ dbt.type_string() }}) as reference_column,
    cast(0 as bigint) as unresolved_count
where 1 = 0

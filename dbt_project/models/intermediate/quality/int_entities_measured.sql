-- One row per entity: how full its optional columns are and how old its newest row is, over the current rows.
{% for entity in entities() %}
    select
        '{{ entity.name }}' as entity,
        cast(
            count({{ entity.optional | join(") + count(") }})
            as {{ type_double() }}
        ) / nullif(count(*) * {{ entity.optional | length }}, 0) as completeness,
        {{ days_between("max(" ~ local_date("updated_at") ~ ")", as_of_date()) }} as staleness
    from {{ ref('int_' ~ entity.name ~ '_current') }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}

{# The groups a score belongs to (CONTRACT section 4, "Satisfaction of a group"): scope type and the column that names the scope. #}
{% macro scopes() -%}
    {{ return([
        ("project", "project_id"),
        ("account", "account_id"),
        ("tier", "account_tier"),
        ("industry", "industry"),
        ("region", "region"),
    ]) }}
{%- endmacro %}

{#
    Rows repeated once per group they belong to: what kind of group (`type_column`) and which one (`id_column`).
    The global scope comes with `with_global`; a row that lacks an attribute has no such group unless `keep_unnamed`.
#}
{% macro by_scope(rows, type_column="scope_type", id_column="scope_id", with_global=true, keep_unnamed=false) %}
    {% if with_global %}
    select
        'global' as {{ type_column }},
        'global' as {{ id_column }},
        {{ rows }}.*
    from {{ rows }}
    union all
    {% endif %}
    {% for name, column in scopes() %}
    select
        '{{ name }}' as {{ type_column }},
        {{ rows }}.{{ column }} as {{ id_column }},
        {{ rows }}.*
    from {{ rows }}
    {% if not keep_unnamed %}where {{ rows }}.{{ column }} is not null{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}

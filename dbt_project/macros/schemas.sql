{#
    A folder's schema is taken as written: marts, not main_marts. In a database that readers use too (PostgreSQL), what is under
    construction has a prefix: `marts` there is what was published.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ built_schema(custom_schema_name | trim) if custom_schema_name else target.schema }}
{%- endmacro %}

{# The name a schema of the build has on this target. #}
{% macro built_schema(name) -%}
    {{ return(var("schema_prefix") ~ name) }}
{%- endmacro %}

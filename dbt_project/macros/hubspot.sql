{# Columns that say where a mapped row comes from. #}
{% macro hubspot_lineage(relation) -%}
    {{ relation }}.source_relation,
    {{ relation }}._run_id,
    {{ relation }}._file,
    {{ relation }}._row_number,
    {{ relation }}._landed_at,
    {{ relation }}._landing_order
{%- endmacro %}

{# First and last name as HubSpot shows them: joined by a blank, the e-mail address where there is neither. #}
{% macro hubspot_full_name(relation) -%}
    {%- set first = "coalesce(" ~ relation ~ ".first_name, '')" -%}
    {%- set last = "coalesce(" ~ relation ~ ".last_name, '')" -%}
    coalesce(nullif(trim({{ dbt.concat([first, "' '", last]) }}), ''), {{ relation }}.email)
{%- endmacro %}

{# Whether a pipeline is one of those an option names, by id or by label, written `one, two, three`; `*` means all. #}
{% macro hubspot_pipeline_is_meant(pipelines, pipeline_id, label) -%}
    {%- set listed = "replace(replace(" ~ pipelines ~ ", ' ,', ','), ', ', ',')" -%}
    (
        {{ pipelines }} = '*'
        or position({{ dbt.concat(["','", pipeline_id, "','"]) }} in {{ dbt.concat(["','", listed, "','"]) }}) > 0
        or position({{ dbt.concat(["','", label, "','"]) }} in {{ dbt.concat(["','", listed, "','"]) }}) > 0
    )
{%- endmacro %}

{#
    Tables on PostgreSQL. A model in Python (docs/decisions/0014) is not run there: whoever runs dbt writes its table the moment dbt
    comes to it (plugins/scoreboard/postgres/python_models.py). This only looks whether it is there, and fails if it is not.
#}
{% materialization table, adapter="postgres", supported_languages=["sql", "python"] %}
    {%- if model["language"] == "sql" -%}
        {{ return(materialization_table_default()) }}
    {%- endif -%}

    {# dbt's cache of relations does not know what others write #}
    {% call statement("main") -%}
        select count(*) from {{ this }}
    {%- endcall %}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}

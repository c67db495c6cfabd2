{#
    Tables on PostgreSQL. A model in Python (docs/decisions/0014) is not run there: whoever runs dbt writes its table the moment dbt
    comes to it (plugins/scoreboard/postgres/python_models.py), this only makes sure that it is there.
#}
{% materialization table, adapter="postgres", supported_languages=["sql", "python"] %}
    {%- if model["language"] == "sql" -%}
        {{ return(materialization_table_default()) }}
    {%- endif -%}

    {%- set written = adapter.get_relation(database=this.database, schema=this.schema, identifier=this.identifier) -%}
    {%- if written is none -%}
        {%- do exceptions.raise_compiler_error(
            this ~ " is a model in Python, which PostgreSQL does not run: build with `make run`, which writes it"
        ) -%}
    {%- endif -%}
    {% call statement("main") -%}
        select 1
    {%- endcall %}
    {{ return({"relations": [written]}) }}
{% endmaterialization %}

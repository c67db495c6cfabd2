{#
    Tables and views on DuckDB. The build file is new and nobody else's until it is published, so what is made takes its name at once;
    dbt-duckdb makes it beside the old one and swaps names, five statements and their events for one.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set relation = room_made(this.incorporate(type="table")) -%}
    {% call statement("main", language=model["language"]) -%}
        {{ create_table_as(False, relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {{ return({"relations": [finished(relation)]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set relation = room_made(this.incorporate(type="view")) -%}
    {% call statement("main") -%}
        {{ create_view_as(relation, compiled_code) }}
    {%- endcall %}
    {{ return({"relations": [finished(relation)]}) }}
{% endmaterialization %}

{# Whatever has the relation's name goes, as after a second build by hand; then the hooks before it. #}
{% macro room_made(relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- do run_hooks(pre_hooks, inside_transaction=True) -%}
    {{ return(relation) }}
{%- endmacro %}

{# What belongs to it, in the transaction that made it: the official rows of closed periods, the hooks after it and its comments. #}
{% macro finished(relation) -%}
    {%- do keep_closed() -%}
    {%- do run_hooks(post_hooks, inside_transaction=True) -%}
    {%- do persist_docs(relation, model) -%}
    {%- do adapter.commit() -%}
    {{ return(relation) }}
{%- endmacro %}

{#
    The comments of a table, all in one statement. dbt asks the catalogue twice before which columns there are; here every table with
    comments has a contract, so its columns are those described.
#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do comments.append("comment on " ~ relation.type ~ " " ~ relation ~ " is " ~ duckdb_escape_comment(model.description)) -%}
    {%- endif -%}
    {%- for column in (model.columns.values() if for_columns and config.persist_column_docs() else []) if column.description -%}
        {%- do comments.append(
            "comment on column " ~ relation ~ "." ~ adapter.quote(column.name) ~ " is " ~ duckdb_escape_comment(column.description)
        ) -%}
    {%- endfor -%}
    {%- if comments -%}
        {%- call statement("comments") -%}
            {{ comments | join(";\n") }}
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}

{#
    Tables on PostgreSQL. A model in Python (docs/decisions/0014) is not run there: whoever runs dbt writes its table the moment dbt
    comes to it (plugins/scoreboard/postgres/python_models.py). This only looks whether it is there, and fails if it is not.
#}
{% materialization table, adapter="postgres", supported_languages=["sql", "python"] %}
    {%- if model["language"] == "sql" -%}
        {%- set made = materialization_table_default() -%}
        {%- do keep_closed() -%}
        {# without it PostgreSQL takes a table that it has not met for nearly empty, and joins it row by row #}
        {% call statement("analysed") -%}
            analyze {{ this }}
        {%- endcall %}
        {%- do adapter.commit() -%}
        {{ return(made) }}
    {%- endif -%}

    {# dbt's cache of relations does not know what others write #}
    {% call statement("main") -%}
        select count(*) from {{ this }}
    {%- endcall %}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}

{# The same on Spark, whose adapter would send Python to Databricks; the table is over the file that was written. #}
{% materialization table, adapter="spark", supported_languages=["sql", "python"] %}
    {%- if model["language"] == "sql" -%}
        {%- set made = dbt.materialization_table_spark() -%}
        {%- do keep_closed() -%}
        {{ return(made) }}
    {%- endif -%}

    {% call statement("main") -%}
        create table {{ this }} using parquet location '{{ env_var("SCOREBOARD_DBT_SPARK_FILES") }}/python/{{ this.identifier }}'
    {%- endcall %}
    {{ return({"relations": [this.incorporate(type="table")]}) }}
{% endmaterialization %}

{#
    What dbt's own macros say differently on Spark (docs/decisions/0027); what the models say differently stands beside each macro.
#}

{# A type of a contract or a seed as Spark calls it. #}
{% macro spark_type(name) -%}
    {{ return({"varchar": "string", "timestamp with time zone": "timestamp"}.get(name | lower, name)) }}
{%- endmacro %}

{# A seed's columns by Spark's names; otherwise as dbt-spark does it. #}
{% macro spark__create_csv_table(model, agate_table) -%}
    {{ return(dbt.spark__create_csv_table(seed_in_spark_types(model), agate_table)) }}
{%- endmacro %}

{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return(dbt.spark__load_csv_rows(seed_in_spark_types(model), agate_table)) }}
{%- endmacro %}

{% macro seed_in_spark_types(model) -%}
    {%- set types = {} -%}
    {%- for column, name in model["config"].get("column_types", {}).items() -%}
        {%- do types.update({column: spark_type(name)}) -%}
    {%- endfor -%}
    {{ return({"alias": model["alias"], "description": model["description"], "config": dict(model["config"], column_types=types)}) }}
{%- endmacro %}

{# dbt-spark's own counts in whole seconds, wants no null and loses microseconds. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}

{# dbt-spark's own wants no null. Days only: the models ask for nothing else. #}
{% macro spark__datediff(first_date, second_date, datepart) -%}
    {%- if datepart != "day" -%}
        {{ exceptions.raise_compiler_error("on Spark days are counted, not " ~ datepart) }}
    {%- endif -%}
    cast(datediff({{ second_date }}, {{ first_date }}) as bigint)
{%- endmacro %}

{# dbt-spark's own forgets the order. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    {%- if limit_num -%}
        {{ exceptions.raise_compiler_error("on Spark listagg takes no limit") }}
    {%- endif -%}
    listagg({{ measure }}, {{ delimiter_text }}){% if order_by_clause %} within group ({{ order_by_clause }}){% endif %}
{%- endmacro %}

{# The default joins a table of two rows with itself, sixteen times for 65,536. #}
{% macro spark__generate_series(upper_bound) -%}
    select explode(sequence(1, {{ upper_bound }})) as generated_number
{%- endmacro %}

{# Runs statements one after the other: `dbt run-operation run_statements`, by which a build makes its schemas. #}
{% macro run_statements(statements) -%}
    {%- for statement in statements -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}

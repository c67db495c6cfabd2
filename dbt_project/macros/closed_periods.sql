{#
    Official tables (CONTRACT section 5): the rows of a closed period stay as they were published, until restated.
    Which tables those are comes from plugins/scoreboard/warehouse/tables.py (var official_tables: name -> period, key),
    their frozen rows from the ledger (schema landed, plugins/scoreboard/warehouse/frozen.py).
#}

{#
    A mart as computed from all that is known now. Whoever computes or tests reads an official mart through this one:
    frozen rows need not agree with data that came later.
#}
{% macro known_now(relation) -%}
    {%- if relation is string or relation.is_cte or relation.identifier not in var("official_tables") -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return(relation.incorporate(path={"schema": built_schema("marts_now")})) }}
{%- endmacro %}

{# Of every table, once it is made: keeps an official mart's computed rows aside in marts_now and puts those of closed periods in their place. #}
{% macro keep_closed() -%}
    {%- set about = var("official_tables").get(this.identifier) -%}
    {%- if execute and about -%}
        {%- set now = known_now(this) -%}
        {%- do adapter.create_schema(now) -%}
        {%- do run_query("drop table if exists " ~ now) -%}
        {%- do run_query("create table " ~ now ~ " as select * from " ~ this) -%}
        {%- if target.type == "postgres" -%}
            {%- do run_query("analyze " ~ now) -%}
        {%- endif -%}
        {%- set frozen = frozen_columns(this.identifier) -%}
        {%- set known_to_all = frozen_columns(this.identifier, of_all=true) -%}
        {%- set kept = [] -%}
        {%- for column in adapter.get_columns_in_relation(this) -%}
            {%- if column.name in frozen -%}
                {%- do kept.append(column.name) -%}
            {%- endif -%}
            {%- if frozen and column.name not in known_to_all and target.type != "spark" -%}
                {# younger than some frozen rows: nobody published a figure for it then, whatever its contract says of new rows #}
                {%- do run_query("alter table " ~ this ~ " alter column " ~ column.name ~ " drop not null") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if kept -%}
            {%- do official_rows_in_their_place(this, now, about.period, kept) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows of closed periods out of a mart, the frozen ones with their columns `kept` in; `now` holds the mart as computed. #}
{% macro official_rows_in_their_place(mart, now, period, kept) -%}
    {{ return(adapter.dispatch("official_rows_in_their_place")(mart, now, period, kept)) }}
{%- endmacro %}

{% macro default__official_rows_in_their_place(mart, now, period, kept) -%}
    {%- do run_query(closed_rows_removed(mart, mart.identifier, period)) -%}
    {%- do run_query(official_rows_added(mart, landed("official__" ~ mart.identifier), kept)) -%}
{%- endmacro %}

{# Files of Parquet lose no rows on Spark: the mart is written anew. #}
{% macro spark__official_rows_in_their_place(mart, now, period, kept) -%}
    {%- set columns = [] -%}
    {%- for column in adapter.get_columns_in_relation(now) -%}
        {%- do columns.append(column.name if column.name in kept else "cast(null as " ~ column.dtype ~ ") as " ~ column.name) -%}
    {%- endfor -%}
    {%- do run_query("drop table " ~ mart) -%}
    {%- do run_query(
        "create table " ~ mart ~ " as select * from " ~ now ~ " where not coalesce(" ~ period ~ " in (" ~ closed_periods_of(mart.identifier, period)
        ~ "), false) union all select " ~ columns | join(", ") ~ " from " ~ landed("official__" ~ mart.identifier)
    ) -%}
{%- endmacro %}

{% macro closed_rows_removed(mart, table, period) -%}
    delete from {{ mart }}
    where {{ period }} in (
        {{ closed_periods_of(table, period) }}
    )
{%- endmacro %}

{% macro closed_periods_of(table, period) -%}
        select {{ period }}
        from {{ landed("closed_periods") }}
        where table_name = '{{ table }}'
            and {{ period }} is not null
{%- endmacro %}

{% macro official_rows_added(mart, official, columns) -%}
    insert into {{ mart }} ({{ columns | join(", ") }})
    select {{ columns | join(", ") }}
    from {{ official }}
{%- endmacro %}

{#
    The columns that the frozen rows of a table have, all events together, or those that every event has (`of_all`); none where no
    closed period of it is frozen.
#}
{% macro frozen_columns(table, of_all=false) -%}
    {%- set of_table = landed("closed_columns") ~ " where table_name = '" ~ table ~ "'" -%}
    {%- set least = "(select count(distinct sequence) from " ~ of_table ~ ")" if of_all else "1" -%}
    {{ return(run_query(
        "select column_name from " ~ of_table ~ " group by column_name having count(distinct sequence) >= " ~ least
    ).columns[0].values() | list) }}
{%- endmacro %}

{# What the build shows of the outside under a name that is not known before it runs. #}
{% macro landed(name) -%}
    {{ return(api.Relation.create(database=target.database or none, schema=built_schema("landed"), identifier=name)) }}
{%- endmacro %}

{#
    The figures of one table's frozen periods that are not the same three times: as first published, official, known now.

    One row per key, period and column; `*` stands for the row itself, 'there' or null. `is_in_*`: whether that reading has the row.
    `columns`: [(name, whether it is a number)] besides the grain; the three relations have them all, or null.
#}
{% macro figures_compared(table, period, key, columns, first_published, official, now) %}
    {%- set readings = [("first", first_published), ("official", official), ("now", now)] %}
    with

    -- rows of the periods that have frozen rows; the key as people read it, which also is the same where part of it is null
    readings as (

        {% for reading, relation in readings %}
        select
            '{{ reading }}' as reading,
            {{ row_key(key) }} as row_key,
            {{ period }} as period
            {%- for name, is_number in columns %},
            {{ name }}
            {%- endfor %}
        from {{ relation }}
        where {{ period }} in (
            select {{ period }}
            from {{ landed("closed_periods") }}
            where table_name = '{{ table }}'
                and {{ period }} is not null
        )
        {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    -- most rows are the same in every reading: only the others are taken apart
    moved as (

        select distinct
            row_key,
            period
        from (
            select
                row_key,
                period
            from readings
            group by row_key, period {%- for name, is_number in columns %}, {{ name }}{% endfor %}
            having count(*) <> 3
        ) as unequal

    ),

    column_names as (

        select '*' as column_name
        {% for name, is_number in columns %}
        union all
        select '{{ name }}'
        {% endfor %}

    ),

    cells as (

        select
            readings.reading,
            readings.row_key,
            readings.period,
            column_names.column_name,
            case column_names.column_name
                when '*' then 'there'
                {% for name, is_number in columns %}
                when '{{ name }}' then {{ figure_text("readings." ~ name) }}
                {% endfor %}
            end as figure,
            case column_names.column_name
                {% for name, is_number in columns if is_number %}
                when '{{ name }}' then cast(readings.{{ name }} as {{ type_double() }})
                {% endfor %}
                when '*' then cast(null as {{ type_double() }})
            end as number
        from readings
        inner join moved
            on readings.row_key = moved.row_key
            and readings.period = moved.period
        cross join column_names

    )

    select
        '{{ table }}' as table_name,
        row_key,
        {% if period == "quarter_start_date" %}
        period as quarter_start_date,
        cast(null as bigint) as award_year,
        {% else %}
        cast(null as date) as quarter_start_date,
        cast(period as bigint) as award_year,
        {% endif %}
        column_name
        {%- for reading, relation in readings %},
        max(case when reading = '{{ reading }}' then figure end) as figure_{{ reading }},
        max(case when reading = '{{ reading }}' then number end) as number_{{ reading }},
        max(case when reading = '{{ reading }}' then 1 else 0 end) = 1 as is_in_{{ reading }}
        {%- endfor %}
    from cells
    group by row_key, period, column_name
{% endmacro %}

{# `figures_compared` of every official table that has frozen rows, one below the other; no row where none has. #}
{% macro closed_figures() %}
    {%- set parts = [] -%}
    {%- for table, about in var("official_tables").items() if execute -%}
        {%- set frozen = frozen_columns(table) -%}
        {%- if frozen -%}
            {%- set mart = known_now(ref(table)) -%}
            {%- set columns = [] -%}
            {%- for column in adapter.get_columns_in_relation(mart) -%}
                {%- if column.name in frozen and column.name != about.period and column.name not in about.key -%}
                    {%- set is_number = column.is_number() or column.dtype.lower().startswith("decimal") -%}
                    {%- do columns.append((column.name, is_number)) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do parts.append(figures_compared(
                table, about.period, about.key, columns,
                landed("first_published__" ~ table), landed("official__" ~ table), mart
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for part in parts %}
    select * from ({{ part }}) as compared_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as table_name,
        cast(null as {{ dbt.type_string() }}) as row_key,
        cast(null as date) as quarter_start_date,
        cast(null as bigint) as award_year,
        cast(null as {{ dbt.type_string() }}) as column_name
        {%- for reading in ["first", "official", "now"] %},
        cast(null as {{ dbt.type_string() }}) as figure_{{ reading }},
        cast(null as {{ type_double() }}) as number_{{ reading }},
        cast(null as boolean) as is_in_{{ reading }}
        {%- endfor %}
    where 1 = 0
    {%- endfor %}
{% endmacro %}

{# `account_id=A1, category=overall`: a row's key within its period, for people. #}
{% macro row_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("'" ~ (", " if not loop.first else "") ~ column ~ "='") -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    {{ dbt.concat(parts) if parts else "'all'" }}
{%- endmacro %}

{# Whether two figures are the same: numbers within 1e-9, absolute or relative, else the very text, null being null. #}
{% macro is_same_figure(one, other) -%}
    case
        when number_{{ one }} is not null and number_{{ other }} is not null
            then abs(number_{{ one }} - number_{{ other }})
                <= {{ var("tolerance") }} * greatest(1, abs(number_{{ one }}), abs(number_{{ other }}))
        when figure_{{ one }} is null or figure_{{ other }} is null
            then figure_{{ one }} is null and figure_{{ other }} is null
        else figure_{{ one }} = figure_{{ other }}
    end
{%- endmacro %}

{# A figure as text, spelled alike by every engine. #}
{% macro figure_text(figure) -%}
    {{ return(adapter.dispatch("figure_text")(figure)) }}
{%- endmacro %}

{% macro default__figure_text(figure) -%}
    cast({{ figure }} as {{ dbt.type_string() }})
{%- endmacro %}

{# PostgreSQL writes the double 4.0 as 4; contracts' `double` is a domain there. #}
{% macro postgres__figure_text(figure) -%}
    cast({{ figure }} as text)
    || case
        when cast(pg_typeof({{ figure }}) as text) like '%double%' and cast({{ figure }} as text) ~ '^-?[0-9]+$' then '.0'
        else ''
    end
{%- endmacro %}

{# Java writes the double 12345678.9 as 1.23456789E7, others do from 1e16 on only, and below a ten-thousandth. #}
{% macro spark__figure_text(figure) -%}
    {%- set text = "cast(" ~ figure ~ " as string)" -%}
    case
        when typeof({{ figure }}) = 'double' and {{ text }} like '%E%' and abs(cast({{ text }} as double)) between 1e-4 and 1e16
            then regexp_replace(regexp_replace(cast(cast({{ text }} as decimal(38, 20)) as string), '0+$', ''), '[.]$', '.0')
        else {{ text }}
    end
{%- endmacro %}

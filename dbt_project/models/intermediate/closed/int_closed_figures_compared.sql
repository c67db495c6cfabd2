-- One row per figure of a closed period that is not the same as first published, official and as known now: table, key, period, column.
-- Made from the list of official tables (var official_tables) and the columns their frozen rows have; the work is in macro figures_compared.
{% set tables = var("official_tables") %}
{% for table in tables %}
-- depends_on: {{ ref(table) }}
{% endfor %}
with

compared as (

    {% set parts = [] %}
    {% for table, about in tables.items() if execute %}
        {% set frozen = frozen_columns(table) %}
        {% set columns = [] %}
        {% for column in adapter.get_columns_in_relation(known_now(ref(table))) if frozen %}
            {% if column.name in frozen and column.name != about.period and column.name not in about.key %}
                {% do columns.append((column.name, column.is_number())) %}
            {% endif %}
        {% endfor %}
        {% if frozen %}
            {% do parts.append(figures_compared(
                table, about.period, about.key, columns,
                landed("first_published__" ~ table), landed("official__" ~ table), known_now(ref(table))
            )) %}
        {% endif %}
    {% endfor %}
    {% for part in parts %}
    select * from ({{ part }}) as compared_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {% else %}
    -- nothing has closed and been published yet
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
    {% endfor %}

)

select
    compared.table_name,
    compared.row_key,
    compared.quarter_start_date,
    compared.award_year,
    compared.column_name,
    compared.figure_first,
    compared.figure_official,
    compared.figure_now,
    compared.number_first,
    compared.number_official,
    compared.number_now,

    -- a reading tells a figure if it has the row and, at that time, the table had the column; of a row itself each tells
    compared.column_name = '*' or (compared.is_in_first and first_columns.column_name is not null) as is_told_first,
    compared.column_name = '*' or (compared.is_in_official and official_columns.column_name is not null) as is_told_official,
    compared.column_name = '*' or compared.is_in_now as is_told_now,
    periods.first_published_version,
    periods.first_published_at,
    periods.restated_at,
    periods.reason,
    periods.approved_by

from compared
inner join {{ source('landed', 'closed_periods') }} as periods
    on compared.table_name = periods.table_name
    and coalesce(compared.quarter_start_date, make_date(1, 1, 1)) = coalesce(periods.quarter_start_date, make_date(1, 1, 1))
    and coalesce(compared.award_year, 0) = coalesce(periods.award_year, 0)
-- left, both: a column may be younger than the frozen rows
left join {{ source('landed', 'closed_columns') }} as first_columns
    on compared.table_name = first_columns.table_name
    and periods.first_sequence = first_columns.sequence
    and compared.column_name = first_columns.column_name
left join {{ source('landed', 'closed_columns') }} as official_columns
    on compared.table_name = official_columns.table_name
    and periods.official_sequence = official_columns.sequence
    and compared.column_name = official_columns.column_name

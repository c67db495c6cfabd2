-- One row per figure of a closed period that is not the same as first published, official and known now: table, key, period, column.
-- Made from the list of official tables (var official_tables) and the columns their frozen rows have: macro closed_figures.
{% for table in var("official_tables") %}
-- depends_on: {{ ref(table) }}
{% endfor %}
with

compared as (

    {{ closed_figures() }}

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

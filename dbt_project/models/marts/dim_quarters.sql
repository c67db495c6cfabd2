-- One row per reporting quarter, from the first event's to the running one.
select
    quarter_start_date,
    quarter_end_date,
    {{ dbt.concat([
        dbt.safe_cast("fiscal_year", dbt.type_string()), "'-Q'", dbt.safe_cast("fiscal_quarter_number", dbt.type_string())
    ]) }} as quarter_label,
    is_closed

from {{ ref('int_quarters') }}

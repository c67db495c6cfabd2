-- One row per local date of the reporting quarters, from the first event's quarter to the end of the running one.
with

numbers as (

    -- more days than a quarter has
    {{ dbt.generate_series(256) }}

),

days as (

    select
        cast(quarters.quarter_start_date + cast(numbers.generated_number - 1 as integer) as date) as date_day,
        quarters.quarter_start_date,
        quarters.quarter_end_date,
        quarters.fiscal_year,
        quarters.fiscal_quarter_number
    from {{ ref('int_quarters') }} as quarters
    inner join numbers
        on numbers.generated_number <= {{ days_between("quarters.quarter_start_date", "quarters.quarter_end_date") }} + 1

)

select
    date_day,
    quarter_start_date,
    {{ dbt.concat([
        dbt.safe_cast("fiscal_year", dbt.type_string()), "'-Q'", dbt.safe_cast("fiscal_quarter_number", dbt.type_string())
    ]) }} as quarter_label,
    cast(fiscal_year as bigint) as fiscal_year,
    cast(extract(year from date_day) as bigint) as calendar_year

from days

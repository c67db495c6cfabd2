-- One row per reporting quarter, without holes, from the first event's to the one holding as-of.
with

numbers as (

    -- 4,096 years of quarters: further back than any date a source can hold by mistake
    {{ dbt.generate_series(16384) }}

),

first_quarter as (

    select {{ quarter_start("first_date") }} as quarter_start_date
    from {{ ref('int_events_first_date') }}
    where first_date is not null

),

starts as (

    select {{ add_months("first_quarter.quarter_start_date", "cast((numbers.generated_number - 1) * 3 as integer)") }} as quarter_start_date
    from first_quarter
    cross join numbers
    where numbers.generated_number
        <= {{ quarter_index(quarter_start(as_of_date())) }} - {{ quarter_index("first_quarter.quarter_start_date") }} + 1

),

named as (

    select
        quarter_start_date,
        cast({{ add_months("quarter_start_date", 3) }} - 1 as date) as quarter_end_date,
        {{ quarter_index("quarter_start_date") }} as quarter_index,
        cast(floor(((extract(month from quarter_start_date) - {{ var("fiscal_start_month") }} + 12) % 12) / 3.0) as integer) + 1
            as fiscal_quarter_number
    from starts

)

select
    quarter_start_date,
    quarter_end_date,
    quarter_index,
    fiscal_quarter_number,

    -- the calendar year in which the fiscal year ends: nine months after its first quarter starts comes its last
    cast(extract(year from {{ add_months("quarter_end_date", "(4 - fiscal_quarter_number) * 3") }}) as integer) as fiscal_year,

    -- the day on which a quarter's rows and rules are looked at: its end, for the running quarter as-of
    least(quarter_end_date, {{ as_of_date() }}) as last_day,
    {{ as_of_date() }} >= quarter_end_date + {{ var("settle_days") }} as is_closed

from named

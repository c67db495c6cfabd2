-- One row per award year and calendar quarter of it that has begun by as-of; fiscal quarters have no say in an award.
with

quarter_numbers as (

    {{ dbt.generate_series(4) }}

),

quarters as (

    select
        award_years.award_year,
        cast(quarter_numbers.generated_number as integer) as calendar_quarter,
        make_date(award_years.award_year, cast(quarter_numbers.generated_number as integer) * 3 - 2, 1) as starts_on
    from {{ ref('int_award_years') }} as award_years
    cross join quarter_numbers

)

select
    award_year,
    calendar_quarter,
    cast({{ add_months("starts_on", 3) }} - 1 as date) as quarter_end_date,
    {{ as_of_date() }} < {{ add_months("starts_on", 3) }} as holds_as_of

from quarters
where starts_on <= {{ as_of_date() }}

-- One row per award year (calendar year) from the first event's to as-of's.
with

numbers as (

    {{ dbt.generate_series(4096) }}

),

years as (

    select
        cast(extract(year from events_first_date.first_date) as integer)
        + cast(numbers.generated_number - 1 as integer) as award_year
    from {{ ref('int_events_first_date') }} as events_first_date
    cross join numbers
    where events_first_date.first_date is not null

),

quarter_numbers as (

    select 1 as quarter_number
    union all
    select 2
    union all
    select 3
    union all
    select 4

),

quarters_of_years as (

    select
        years.award_year,
        quarter_numbers.quarter_number,
        make_date(years.award_year, quarter_numbers.quarter_number * 3 - 2, 1) as starts_on
    from years
    cross join quarter_numbers
    where years.award_year <= extract(year from {{ as_of_date() }})

)

select
    award_year,
    make_date(award_year, 12, 31) as last_day,
    {{ as_of_date() }} >= make_date(award_year, 12, 31) + {{ var("settle_days") }} as is_closed,
    extract(year from {{ as_of_date() }}) = award_year as holds_as_of,
    cast(sum(case when starts_on <= {{ as_of_date() }} then 1 else 0 end) as integer) as quarters_elapsed,
    cast(sum(case when starts_on > {{ as_of_date() }} then 1 else 0 end) as integer) as quarters_after_as_of

from quarters_of_years
group by award_year

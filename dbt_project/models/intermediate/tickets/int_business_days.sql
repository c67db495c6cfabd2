-- One row per local day from the first ticket on: from when on it is open for business, how long, and the open time of all days before.
-- The business minutes between two instants are then a difference of two look-ups, without a row per ticket and day.
with

numbers as (

    {{ dbt.generate_series(65536) }}

),

bounds as (

    select
        min({{ local_date("created_at") }}) as first_day,
        greatest(
            max({{ local_date("created_at") }}),
            max({{ local_date("coalesce(first_replied_at, created_at)") }}),
            max({{ local_date("coalesce(solved_at, created_at)") }}),
            {{ as_of_date() }} + 1
        ) as last_day
    from {{ ref('int_tickets_current') }}

),

days as (

    select cast(bounds.first_day + cast(numbers.generated_number - 1 as integer) as date) as day
    from bounds
    cross join numbers
    where bounds.first_day + cast(numbers.generated_number - 1 as integer) <= bounds.last_day

),

{{ opening_ctes() }}

{{ opening_times() }}

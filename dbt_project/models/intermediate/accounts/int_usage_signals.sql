-- One row per account, quarter and usage signal that can be told. A pair with either number missing says nothing.
with

usage_rows as (

    select
        account_id,
        licensed_seats,
        active_seats,
        features_available,
        features_used,
        {{ quarter_start("month") }} as quarter_start_date
    from {{ ref('int_usage_current') }}
    where month <= {{ as_of_date() }}

),

seats as (

    select
        account_id,
        quarter_start_date,
        'seat_utilisation' as signal,
        cast(sum(active_seats) as {{ type_double() }}) as used,
        cast(sum(licensed_seats) as {{ type_double() }}) as available
    from usage_rows
    where active_seats is not null
        and licensed_seats is not null
    group by account_id, quarter_start_date

),

features as (

    select
        account_id,
        quarter_start_date,
        'feature_adoption' as signal,
        cast(sum(features_used) as {{ type_double() }}) as used,
        cast(sum(features_available) as {{ type_double() }}) as available
    from usage_rows
    where features_used is not null
        and features_available is not null
    group by account_id, quarter_start_date

),

pairs as (

    select * from seats
    union all
    select * from features

)

select
    account_id,
    quarter_start_date,
    signal,
    used / available as signal_value

from pairs
where available <> 0

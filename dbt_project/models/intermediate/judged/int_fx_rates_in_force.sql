-- One row per currency and stretch of days: the rate into the reporting currency (CONTRACT section 3, fx_rates).
-- The reporting currency is 1 whether listed or not; a rate is never derived from others.
with

listed as (

    select
        currency,
        valid_from,
        rate
    from {{ ref('fx_rates') }}
    where to_currency = '{{ var("reporting_currency") }}'
        and currency <> '{{ var("reporting_currency") }}'

),

periods as (

    {{ rule_periods("listed", parts=["currency"]) }}

)

select
    currency,
    valid_from,
    valid_until,
    rate
from periods

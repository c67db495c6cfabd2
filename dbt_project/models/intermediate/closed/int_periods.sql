-- One row per reporting quarter and per award year: all that closes, and whether it has.
select
    quarter_start_date,
    cast(null as integer) as award_year,
    is_closed
from {{ ref('int_quarters') }}

union all

select
    cast(null as date) as quarter_start_date,
    award_year,
    is_closed
from {{ ref('int_award_years') }}

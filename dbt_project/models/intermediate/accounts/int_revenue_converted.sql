-- One row per revenue row up to as-of, in the reporting currency, exact.
select
    revenue_id,
    account_id,
    recognised_on,
    {{ quarter_start("recognised_on") }} as quarter_start_date,
    {{ quarter_index(quarter_start("recognised_on")) }} as quarter_index,
    {{ converted("amount") }} as revenue,
    coalesce({{ converted("cost_to_serve") }}, 0) as cost_to_serve

from {{ ref('int_revenue_current') }}
where recognised_on <= {{ as_of_date() }}

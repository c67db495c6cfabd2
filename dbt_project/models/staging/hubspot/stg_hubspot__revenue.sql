-- One row per won version of a deal that is, as of now, closed-won in a pipeline of revenue. Never what a customer earns.
with

deals as (

    select * from {{ ref('base_hubspot__deals') }}

),

-- a deal that was opened again has earned nothing, though an earlier version of it was won
won as (

    select distinct id from deals
    where is_current and is_revenue and is_won = 'true'

),

mapped as (

    select
        deals.id as revenue_id,
        deals.account_id,
        deals.closed_on as recognised_on,
        deals.amount,
        deals.currency,
        deals.cost_to_serve,
        deals.updated_at,
        {{ hubspot_lineage('deals') }}
    from deals
    inner join won on deals.id = won.id
    where deals.is_revenue and deals.is_won = 'true'

)

select * from mapped

-- One row per version of a deal that is, as of now, in a pipeline of opportunities.
with

deals as (

    select * from {{ ref('base_hubspot__deals') }}

),

-- a deal that was moved to another pipeline is no opportunity any more, its earlier versions neither
meant as (

    select distinct id from deals
    where is_current and is_opportunity

),

mapped as (

    select
        deals.id as opportunity_id,
        deals.account_id,
        {{ mapped('hubspot', 'opportunities', 'kind', 'deals.kind') }} as kind,
        {{ mapped('hubspot', 'opportunities', 'stage', 'deals.stage') }} as stage,
        deals.amount,
        deals.currency,
        deals.created_on,
        deals.closed_on as close_date,
        deals.is_closed,
        deals.is_won,
        deals.updated_at,
        {{ hubspot_lineage('deals') }}
    from deals
    inner join meant on deals.id = meant.id
    where deals.is_opportunity

)

select * from mapped

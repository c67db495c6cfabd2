-- One row per version of what was sold: orders of a status that counts, or won opportunities where the option revenue_from
-- says so. Never Account.AnnualRevenue, which is the customer's own turnover.
with

orders as (

    select
        id,
        account_id,
        recognised_on,
        amount,
        currency,
        cost_to_serve,
        system_modstamp,
        {{ salesforce_lineage() }}

    from {{ source('salesforce', 'order') }}
    where
        not is_gone
        and {{ mapping_option('salesforce', 'revenue_from', "'order'") }} <> 'won_opportunity'
        and {{ salesforce_listed('order_statuses', 'status') }}

),

won_opportunities as (

    select
        id,
        account_id,
        recognised_on,
        amount,
        currency,
        cost_to_serve,
        system_modstamp,
        {{ salesforce_lineage() }}

    from {{ source('salesforce', 'opportunity') }}
    where
        not is_gone
        and {{ mapping_option('salesforce', 'revenue_from', "'order'") }} = 'won_opportunity'
        and {{ flag_text('is_won') }} = 'true'

),

sold as (

    select * from orders
    union all
    select * from won_opportunities

),

staged as (

    select
        sold.id as revenue_id,
        coalesce(survivors.surviving_id, sold.account_id) as account_id,
        {{ day_text('sold.recognised_on') }} as recognised_on,
        sold.amount,
        coalesce(sold.currency, {{ mapping_option('salesforce', 'currency') }}) as currency,
        sold.cost_to_serve,
        {{ instant_text('sold.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('sold') }}

    from sold
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on sold.account_id = survivors.merged_id

)

select * from staged

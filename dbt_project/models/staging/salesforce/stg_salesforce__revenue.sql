-- One row per version of what was sold: orders of a status that counts, or won opportunities where the option revenue_from
-- says so. What is none of them any more, as of now, gives none: it has earned nothing, though a version of it had. Never
-- Account.AnnualRevenue, which is the customer's own turnover.
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
        is_current,
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
        is_current,
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

sold_by_now as (

    select distinct id from sold
    where is_current

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
    inner join sold_by_now on sold.id = sold_by_now.id
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on sold.account_id = survivors.merged_id

)

select * from staged

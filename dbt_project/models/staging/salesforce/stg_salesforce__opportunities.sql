-- One row per version of an opportunity, its account the surviving one.
with

opportunities as (

    select * from {{ source('salesforce', 'opportunity') }}
    where not is_gone

),

staged as (

    select
        opportunities.id as opportunity_id,
        coalesce(survivors.surviving_id, opportunities.account_id) as account_id,
        {{ mapped('salesforce', 'opportunities', 'kind', 'opportunities.kind') }} as kind,
        {{ mapped('salesforce', 'opportunities', 'stage', 'opportunities.stage') }} as stage,
        opportunities.amount,
        coalesce(opportunities.currency, {{ mapping_option('salesforce', 'currency') }}) as currency,
        {{ local_day_text('opportunities.created_date') }} as created_on,
        {{ day_text('opportunities.close_date') }} as close_date,
        {{ flag_text('opportunities.is_closed') }} as is_closed,
        {{ flag_text('opportunities.is_won') }} as is_won,
        {{ instant_text('opportunities.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('opportunities') }}

    from opportunities
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on opportunities.account_id = survivors.merged_id

)

select * from staged

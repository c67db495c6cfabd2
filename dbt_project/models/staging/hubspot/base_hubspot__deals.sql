-- One row per version of a deal that was not merged into another, with what its pipeline and stage mean and its account.
with

deals as (

    select
        *,
        {{ day_text('created_at') }} as created_day,
        {{ day_text('closed_at') }} as closed_day
    from {{ source('hubspot', 'deal') }}
    where not is_gone

),

swallowed as (

    select * from {{ ref('base_hubspot__merges') }}
    where record_type = 'deal'

),

stages as (

    select * from {{ source('hubspot', 'deal_stage') }}
    where is_current

),

pipelines as (

    select * from {{ source('hubspot', 'deal_pipeline') }}
    where is_current

),

links as (

    select * from {{ ref('base_hubspot__links') }}
    where record_type = 'deal'

),

choices as (

    select
        {{ mapping_option('hubspot', 'opportunity_pipelines', "'*'") }} as opportunity_pipelines,
        {{ mapping_option('hubspot', 'revenue_pipelines', "'*'") }} as revenue_pipelines,
        {{ mapping_option('hubspot', 'currency') }} as currency_of_portal

),

staged as (

    select
        deals.id,
        deals.is_current,
        links.account_id,
        deals.kind,
        coalesce(stages.label, deals.stage_id) as stage,
        deals.amount,
        coalesce(deals.currency, choices.currency_of_portal) as currency,
        {{ local_day_text('deals.created_day') }} as created_on,
        {{ local_day_text('deals.closed_day') }} as closed_on,
        deals.cost_to_serve,
        {{ flag_text('stages.is_closed') }} as is_closed,
        -- HubSpot's own mark of a won stage is a probability of 1; Fivetran has a flag for it
        case
            when coalesce({{ flag_text('stages.is_won') }}, 'false') = 'true' then 'true'
            when {{ flag_text('stages.is_closed') }} = 'true' and stages.probability in ('1', '1.0', '1.00') then 'true'
            when stages.stage_id is not null then 'false'
        end as is_won,
        {{ hubspot_pipeline_is_meant('choices.opportunity_pipelines', 'deals.pipeline_id', "coalesce(pipelines.label, '')") }}
            as is_opportunity,
        {{ hubspot_pipeline_is_meant('choices.revenue_pipelines', 'deals.pipeline_id', "coalesce(pipelines.label, '')") }}
            as is_revenue,
        {{ instant_text('deals.updated_at') }} as updated_at,
        {{ hubspot_lineage('deals') }}
    from deals
    cross join choices
    left join swallowed on deals.id = swallowed.merged_id
    left join links on deals.id = links.record_id
    left join stages
        on deals.source_relation = stages.source_relation
        and deals.pipeline_id = stages.pipeline_id
        and deals.stage_id = stages.stage_id
    left join pipelines
        on deals.source_relation = pipelines.source_relation
        and deals.pipeline_id = pipelines.pipeline_id
    where swallowed.merged_id is null

)

select * from staged

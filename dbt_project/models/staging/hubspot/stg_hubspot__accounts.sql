-- One row per version of a company that was not merged into another; what its customers are to us is the user's mapping.
with

companies as (

    select
        *,
        {{ day_text('customer_since') }} as customer_since_day,
        {{ day_text('churned_on') }} as churned_day
    from {{ source('hubspot', 'company') }}
    where not is_gone

),

swallowed as (

    select * from {{ ref('base_hubspot__merges') }}
    where record_type = 'company'

),

mapped as (

    select
        companies.id as account_id,
        companies.name as account_name,
        coalesce(parents.survivor_id, companies.parent_id) as parent_account_id,
        {{ mapped('hubspot', 'accounts', 'industry', 'companies.industry') }} as industry,
        {{ mapped('hubspot', 'accounts', 'region', 'companies.region') }} as region,
        {{ mapped('hubspot', 'accounts', 'country', 'companies.country') }} as country,
        {{ mapped('hubspot', 'accounts', 'lifecycle_stage', 'companies.lifecycle_stage') }} as lifecycle_stage,
        {{ local_day_text('companies.customer_since_day') }} as customer_since,
        {{ local_day_text('companies.churned_day') }} as churned_on,
        {{ flag_text('companies.is_strategic') }} as is_strategic,
        {{ mapped('hubspot', 'accounts', 'strategic_reason', 'companies.strategic_reason') }} as strategic_reason,
        companies.owner_id as account_manager_id,
        companies.executive_sponsor_id,
        {{ instant_text('companies.updated_at') }} as updated_at,
        {{ hubspot_lineage('companies') }}
    from companies
    left join swallowed on companies.id = swallowed.merged_id
    left join swallowed as parents on companies.parent_id = parents.merged_id
    where swallowed.merged_id is null

)

select * from mapped

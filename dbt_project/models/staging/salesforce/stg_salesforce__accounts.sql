-- One row per version of an account. One that lost a merge gives none: what names it, names the survivor.
with

accounts as (

    select * from {{ source('salesforce', 'account') }}
    where not is_gone

),

staged as (

    select
        accounts.id as account_id,
        accounts.name as account_name,
        nullif(coalesce(survivors.surviving_id, accounts.parent_id), accounts.id) as parent_account_id,
        {{ mapped('salesforce', 'accounts', 'industry', 'accounts.industry') }} as industry,
        {{ mapped('salesforce', 'accounts', 'region', 'accounts.region') }} as region,
        {{ mapped('salesforce', 'accounts', 'country', 'accounts.country') }} as country,
        coalesce(
            {{ mapped('salesforce', 'accounts', 'lifecycle_stage', 'accounts.lifecycle_stage') }},
            {{ mapping_option('salesforce', 'lifecycle_stage_when_empty') }}
        ) as lifecycle_stage,
        {{ day_text('accounts.customer_since') }} as customer_since,
        {{ day_text('accounts.churned_on') }} as churned_on,
        {{ flag_text(mapped('salesforce', 'accounts', 'is_strategic', 'accounts.is_strategic')) }} as is_strategic,
        {{ mapped('salesforce', 'accounts', 'strategic_reason', 'accounts.strategic_reason') }} as strategic_reason,
        managers.user_id as account_manager_id,
        sponsors.user_id as executive_sponsor_id,
        {{ instant_text('accounts.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('accounts') }}

    from accounts
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on accounts.parent_id = survivors.merged_id
    left join {{ ref('base_salesforce__staff') }} as managers
        on accounts.account_manager_id = managers.user_id
    left join {{ ref('base_salesforce__staff') }} as sponsors
        on accounts.executive_sponsor_id = sponsors.user_id

)

select * from staged

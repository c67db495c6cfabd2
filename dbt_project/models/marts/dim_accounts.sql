-- One row per account, with the tier of the last quarter in which it was a customer.
with

tiers as (

    select
        account_id,
        account_tier,
        service_tier,
        row_number() over (partition by account_id order by quarter_index desc) as recency
    from {{ ref('int_account_quarters_tiered') }}

)

select
    accounts.account_id,
    accounts.account_name,
    accounts.parent_account_id,
    accounts.industry,
    accounts.region,
    accounts.country,
    accounts.lifecycle_stage,
    accounts.customer_since as customer_since_date,
    accounts.churned_on as churned_date,
    coalesce(accounts.is_strategic, false) as is_strategic,
    accounts.strategic_reason,
    accounts.account_manager_id,
    accounts.executive_sponsor_id,
    tiers.account_tier,
    tiers.service_tier,
    accounts.source_relation

from {{ ref('int_accounts_current') }} as accounts
-- left: who was never a customer has no tier
left join tiers
    on accounts.account_id = tiers.account_id
    and tiers.recency = 1

-- One row per version of a contact that was not merged into another, at its primary company.
with

contacts as (

    select
        *,
        -- a contact may play several roles: the one that decides most counts
        case
            when position(';' in buying_role) = 0 then buying_role
            when {{ dbt.concat(["';'", "buying_role", "';'"]) }} like '%;DECISION_MAKER;%' then 'DECISION_MAKER'
            when {{ dbt.concat(["';'", "buying_role", "';'"]) }} like '%;BUDGET_HOLDER;%' then 'BUDGET_HOLDER'
            when {{ dbt.concat(["';'", "buying_role", "';'"]) }} like '%;CHAMPION;%' then 'CHAMPION'
            when {{ dbt.concat(["';'", "buying_role", "';'"]) }} like '%;INFLUENCER;%' then 'INFLUENCER'
            else {{ dbt.split_part('buying_role', "';'", 1) }}
        end as first_role
    from {{ source('hubspot', 'contact') }}
    where not is_gone

),

swallowed as (

    select * from {{ ref('base_hubspot__merges') }}

),

mapped as (

    select
        contacts.id as contact_id,
        coalesce(companies.survivor_id, contacts.company_id) as account_id,
        {{ hubspot_full_name('contacts') }} as full_name,
        contacts.job_title,
        contacts.email,
        {{ mapped('hubspot', 'contacts', 'buying_role', 'contacts.first_role') }} as buying_role,
        -- whom HubSpot still has is active, unless a property of the user's says otherwise
        coalesce({{ flag_text('contacts.is_active') }}, 'true') as is_active,
        {{ instant_text('contacts.updated_at') }} as updated_at,
        {{ hubspot_lineage('contacts') }}
    from contacts
    left join swallowed
        on contacts.id = swallowed.merged_id
        and swallowed.record_type = 'contact'
    left join swallowed as companies
        on contacts.company_id = companies.merged_id
        and companies.record_type = 'company'
    where swallowed.merged_id is null

)

select * from mapped

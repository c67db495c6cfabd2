-- One row per version of a contact who belongs to an account, as of now. Salesforce has no field for who has left: a contact
-- counts as active unless a field is mapped that says otherwise.
with

contacts as (

    select * from {{ source('salesforce', 'contact') }}
    -- without an account it is a private contact of its owner: nobody of a customer
    where not is_gone and account_id is not null

),

of_customers as (

    select distinct id from contacts
    where is_current

),

staged as (

    select
        contacts.id as contact_id,
        coalesce(survivors.surviving_id, contacts.account_id) as account_id,
        contacts.name as full_name,
        contacts.title as job_title,
        contacts.email,
        coalesce(
            {{ mapped('salesforce', 'contacts', 'buying_role', 'contacts.buying_role') }},
            roles.buying_role
        ) as buying_role,
        coalesce({{ flag_text(mapped('salesforce', 'contacts', 'is_active', 'contacts.is_active')) }}, 'true') as is_active,
        {{ instant_text('contacts.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('contacts') }}

    from contacts
    inner join of_customers on contacts.id = of_customers.id
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on contacts.account_id = survivors.merged_id
    left join {{ ref('base_salesforce__contact_roles') }} as roles
        on contacts.id = roles.contact_id

)

select * from staged

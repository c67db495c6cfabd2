-- One row per record that an activity may be about: the account it belongs to, and the contact it is. Activities of leads
-- and of nobody are about none of them.
with

accounts as (

    select
        id,
        id as account_id,
        cast(null as {{ dbt.type_string() }}) as contact_id

    from {{ source('salesforce', 'account') }}
    where is_current

),

merged_accounts as (

    select
        survivors.merged_id as id,
        accounts.account_id,
        accounts.contact_id

    from {{ ref('base_salesforce__account_survivors') }} as survivors
    inner join accounts on survivors.surviving_id = accounts.id

),

contacts as (

    select
        id,
        account_id,
        id as contact_id

    from {{ source('salesforce', 'contact') }}
    where is_current

),

merged_contacts as (

    select
        survivors.merged_id as id,
        contacts.account_id,
        contacts.contact_id

    from {{ ref('base_salesforce__contact_survivors') }} as survivors
    inner join contacts on survivors.surviving_id = contacts.contact_id

),

opportunities as (

    select
        id,
        account_id,
        cast(null as {{ dbt.type_string() }}) as contact_id

    from {{ source('salesforce', 'opportunity') }}
    where is_current

),

related as (

    select * from accounts
    union all
    select * from merged_accounts
    union all
    select * from contacts
    union all
    select * from merged_contacts
    union all
    select * from opportunities

),

by_record as (

    select
        id,
        max(account_id) as account_id,
        max(contact_id) as contact_id

    from related
    group by id

)

select * from by_record

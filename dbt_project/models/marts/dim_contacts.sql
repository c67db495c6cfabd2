-- One row per contact.
select
    contact_id,
    account_id,
    full_name,
    job_title,
    email,
    buying_role,
    buying_role_source,
    is_active,
    source_relation

from {{ ref('int_contacts_with_roles') }}

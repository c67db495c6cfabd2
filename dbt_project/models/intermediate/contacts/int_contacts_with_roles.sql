-- One row per contact with its buying role: declared in the CRM, else told by the job title, else unknown.
-- Of several patterns that fit a title the one with the lowest priority number decides.
with

contacts as (

    select * from {{ ref('int_contacts_current') }}

),

matches as (

    select
        contacts.contact_id,
        role_patterns.buying_role,
        row_number() over (
            partition by contacts.contact_id
            order by role_patterns.priority, role_patterns.title_pattern
        ) as match_rank
    from contacts
    inner join {{ ref('role_patterns') }} as role_patterns
        on lower(contacts.job_title) like role_patterns.title_pattern
    where contacts.buying_role is null

)

select
    contacts.contact_id,
    contacts.account_id,
    contacts.full_name,
    contacts.job_title,
    contacts.email,
    coalesce(contacts.buying_role, matches.buying_role) as buying_role,
    case
        when contacts.buying_role is not null then 'declared'
        when matches.buying_role is not null then 'inferred'
        else 'unknown'
    end as buying_role_source,
    coalesce(contacts.is_active, false) as is_active,
    contacts.source_relation

from contacts
left join matches
    on contacts.contact_id = matches.contact_id
    and matches.match_rank = 1

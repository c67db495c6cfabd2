-- One row per customer's vote that one of our own people entered: named on it, or known by the contact's e-mail address.
with

employee_emails as (

    -- whoever is on record, active or not: a vote of the past was given when they were
    select
        lower({{ trimmed("email") }}) as email,
        min({{ byte_order("employee_id") }}) as employee_id
    from {{ ref('int_employees_current') }}
    where email is not null
    group by lower({{ trimmed("email") }})

),

contacts_of_staff as (

    select
        contacts.contact_id,
        employee_emails.employee_id
    from {{ ref('int_contacts_current') }} as contacts
    inner join employee_emails
        on lower({{ trimmed("contacts.email") }}) = employee_emails.email

)

select
    votes.response_id,
    case
        when votes.employee_id is not null
            then {{ dbt.concat(["'The response names the employee '", "votes.employee_id", "' as who gave it.'"]) }}
        else {{ dbt.concat(["'The contact has the e-mail address of the employee '", "contacts_of_staff.employee_id", "'.'"]) }}
    end as detail

from {{ ref('int_votes_under_policy') }} as votes
-- left: a vote may name no contact, or a customer's own
left join contacts_of_staff
    on votes.contact_id = contacts_of_staff.contact_id
where votes.employee_id is not null
    or contacts_of_staff.contact_id is not null

-- One row per decision maker, declared or told by the job title, whom the CRM marks as gone. A missing flag says nothing.
-- The alert belongs to the day the record last changed, at the latest to as-of.
with

contacts as (

    select
        contacts.contact_id,
        contacts.account_id,
        contacts.full_name,
        contacts.job_title,
        {{ local_date("contacts.updated_at") }} as updated_date,
        {{ noticed_at("contacts.updated_at") }} as noticed_at
    from {{ ref('int_contacts_current') }} as contacts
    inner join {{ ref('int_contacts_with_roles') }} as roles
        on contacts.contact_id = roles.contact_id
        and roles.buying_role = 'decision_maker'
    where not contacts.is_active

)

select
    rules.rule_id,
    contacts.contact_id as subject_id,
    contacts.account_id,
    contacts.contact_id,
    rules.quarter_start_date,
    contacts.noticed_at as opened_at,
    {{ dbt.concat([
        "'has lost its decision maker '", "contacts.full_name", "' ('", "coalesce(contacts.job_title, 'title not recorded')",
        "', contact '", "contacts.contact_id", "'): the CRM marks the person as inactive since its change of '",
        as_text("contacts.updated_date"), "'.'",
    ]) }} as finding

from contacts
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'decision_maker_left'
    and {{ local_date("contacts.noticed_at") }} between rules.quarter_start_date and rules.quarter_end_date

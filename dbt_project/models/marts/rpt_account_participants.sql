-- One row per account, quarter and contact who took part in a survey, or was invited and did not.
with

targets as (

    {{ rule_periods(ref('kpi_targets'), parts=["kpi"]) }}

),

participants as (

    select * from {{ ref('int_account_participants') }}

)

select
    participants.account_id,
    participants.quarter_start_date,
    participants.contact_id,
    contacts.full_name,
    contacts.job_title,
    contacts.buying_role,
    contacts.buying_role_source,
    participants.is_invited,
    participants.took_part,
    participants.response_count,
    participants.mean_score,
    participants.lowest_category,
    participants.lowest_category_score,
    participants.comments,
    {{ below("participants.mean_score", "cast(targets.target_low as " ~ type_double() ~ ")") }} as is_dissatisfied,
    before.mean_score as previous_mean,
    participants.previous_quarter_start_date

from participants
inner join {{ ref('int_quarters') }} as quarters
    on participants.quarter_start_date = quarters.quarter_start_date
inner join targets
    on targets.kpi = 'person_mean_score'
    and {{ in_force("targets", "quarters.last_day") }}
-- left: a response may name a contact the CRM does not know
left join {{ ref('int_contacts_with_roles') }} as contacts
    on participants.contact_id = contacts.contact_id
-- left: for many it is the first time
left join participants as before
    on participants.account_id = before.account_id
    and participants.contact_id = before.contact_id
    and participants.previous_quarter_start_date = before.quarter_start_date

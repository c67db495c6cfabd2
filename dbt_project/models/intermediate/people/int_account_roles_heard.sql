-- One row per account and quarter in which a known person answered: how many people of each buying role.
-- Who has no role, or is no contact the CRM knows, is one of the others; an anonymous response is nobody.
with

people as (

    select distinct
        account_id,
        quarter_start_date,
        contact_id
    from {{ ref('int_account_touches') }}
    where touch_kind = 'response'
        and contact_id is not null

)

select
    people.account_id,
    people.quarter_start_date,
    cast(sum(case when contacts.buying_role = 'decision_maker' then 1 else 0 end) as bigint) as decision_makers_heard,
    cast(sum(case when contacts.buying_role = 'recommender' then 1 else 0 end) as bigint) as recommenders_heard,
    cast(sum(case when contacts.buying_role = 'influencer' then 1 else 0 end) as bigint) as influencers_heard,
    cast(sum(case when contacts.buying_role is null then 1 else 0 end) as bigint) as others_heard

from people
-- left: a response may name a contact the CRM does not know
left join {{ ref('int_contacts_with_roles') }} as contacts
    on people.contact_id = contacts.contact_id
group by people.account_id, people.quarter_start_date

-- One row per account and quarter of a customer: how many people of it we know, are in touch with, and have lost.
with

account_quarters as (

    select * from {{ ref('int_account_quarters') }}

),

known as (

    select
        account_id,
        cast(count(*) as bigint) as known_contacts
    from {{ ref('int_contacts_current') }}
    where is_active
    group by account_id

),

people as (

    select distinct
        account_id,
        quarter_index,
        contact_id
    from {{ ref('int_account_touches') }}
    where contact_id is not null

),

in_touch as (

    -- the quarter and the three before
    select
        account_quarters.account_id,
        account_quarters.quarter_index,
        cast(count(distinct people.contact_id) as bigint) as contacts_in_touch
    from account_quarters
    inner join people
        on account_quarters.account_id = people.account_id
        and people.quarter_index between account_quarters.quarter_index - 3 and account_quarters.quarter_index
    group by account_quarters.account_id, account_quarters.quarter_index

),

gone as (

    -- only who is marked as gone: a missing flag says nothing
    select
        contacts.account_id,
        contacts.contact_id,
        -- a change recorded after as-of hides nobody
        least({{ local_date("contacts.updated_at") }}, {{ as_of_date() }}) as left_date
    from {{ ref('int_contacts_current') }} as contacts
    inner join {{ ref('int_contacts_with_roles') }} as roles
        on contacts.contact_id = roles.contact_id
        and roles.buying_role = 'decision_maker'
    where not contacts.is_active

),

lost as (

    select
        account_quarters.account_id,
        account_quarters.quarter_index,
        cast(count(*) as bigint) as decision_makers_left
    from account_quarters
    inner join gone
        on account_quarters.account_id = gone.account_id
        and gone.left_date between account_quarters.quarter_start_date and account_quarters.last_day
    group by account_quarters.account_id, account_quarters.quarter_index

)

select
    account_quarters.account_id,
    account_quarters.quarter_start_date,
    coalesce(known.known_contacts, 0) as known_contacts,
    coalesce(in_touch.contacts_in_touch, 0) as contacts_in_touch,
    coalesce(lost.decision_makers_left, 0) as decision_makers_left

from account_quarters
-- left, all of them: nobody is a finding, not a missing row
left join known
    on account_quarters.account_id = known.account_id
left join in_touch
    on account_quarters.account_id = in_touch.account_id
    and account_quarters.quarter_index = in_touch.quarter_index
left join lost
    on account_quarters.account_id = lost.account_id
    and account_quarters.quarter_index = lost.quarter_index

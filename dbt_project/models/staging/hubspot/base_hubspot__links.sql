-- One row per deal, ticket, activity or feedback with an association: the account, contact and ticket it counts for.
with

associations as (

    select * from {{ ref('base_hubspot__associations') }}

),

swallowed as (

    select * from {{ ref('base_hubspot__merges') }}

),

contacts as (

    select * from {{ source('hubspot', 'contact') }}
    where is_current

),

existing as (

    select
        'company' as record_type,
        id
    from {{ source('hubspot', 'company') }}
    where is_current

    union all

    select
        'contact' as record_type,
        id
    from contacts

    union all

    select
        'ticket' as record_type,
        id
    from {{ source('hubspot', 'ticket') }}
    where is_current

),

-- merged targets are followed; an association with a record that does not exist counts for nothing
resolved as (

    select
        associations.record_type,
        associations.record_id,
        associations.target_type,
        existing.id as target_id,
        case
            when associations.record_type = 'deal' and associations.type_id = '5' then 1
            when associations.record_type = 'ticket' and associations.type_id = '26' then 1
            else 2
        end as preference
    from associations
    left join swallowed
        on associations.target_type = swallowed.record_type
        and associations.target_id = swallowed.merged_id
    inner join existing
        on associations.target_type = existing.record_type
        and coalesce(swallowed.survivor_id, associations.target_id) = existing.id

),

-- of several the primary one, else the oldest: HubSpot's numbers rise
ranked as (

    select
        record_type,
        record_id,
        target_type,
        target_id,
        row_number() over (
            partition by record_type, record_id, target_type
            order by preference, length(target_id), target_id
        ) as place
    from resolved

),

chosen as (

    select
        record_type,
        record_id,
        max(case when target_type = 'company' then target_id end) as company_id,
        max(case when target_type = 'contact' then target_id end) as contact_id,
        max(case when target_type = 'ticket' then target_id end) as ticket_id
    from ranked
    where place = 1
    group by record_type, record_id

),

-- who is linked to a person only belongs to that person's company
linked as (

    select
        chosen.record_type,
        chosen.record_id,
        coalesce(chosen.company_id, swallowed.survivor_id, contacts.company_id) as account_id,
        chosen.contact_id,
        chosen.ticket_id
    from chosen
    left join contacts on chosen.contact_id = contacts.id
    left join swallowed
        on contacts.company_id = swallowed.merged_id
        and swallowed.record_type = 'company'

)

select * from linked

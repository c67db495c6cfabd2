-- One row per account and quarter with a contact in the four quarters ending with it: the channel used most.
with

contacts as (

    select
        account_id,
        quarter_start_date,
        channel
    from {{ ref('fct_tickets') }}

    union all

    select
        account_id,
        quarter_start_date,
        channel
    from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null

),

quarters as (

    select * from {{ ref('int_quarters') }}

),

contacts_by_quarter as (

    select
        contacts.account_id,
        contacts.channel,
        quarters.quarter_index,
        count(*) as contact_count
    from contacts
    inner join quarters
        on contacts.quarter_start_date = quarters.quarter_start_date
    where contacts.channel is not null
    group by contacts.account_id, contacts.channel, quarters.quarter_index

),

contacts_of_a_year as (

    select
        contacts_by_quarter.account_id,
        quarters.quarter_start_date,
        contacts_by_quarter.channel,
        sum(contacts_by_quarter.contact_count) as contact_count
    from quarters
    inner join contacts_by_quarter
        on contacts_by_quarter.quarter_index between quarters.quarter_index - 3 and quarters.quarter_index
    group by contacts_by_quarter.account_id, quarters.quarter_start_date, contacts_by_quarter.channel

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, quarter_start_date
            order by contact_count desc, {{ byte_order("channel") }}
        ) as channel_rank
    from contacts_of_a_year

)

select
    account_id,
    quarter_start_date,
    channel as preferred_channel

from ranked
where channel_rank = 1

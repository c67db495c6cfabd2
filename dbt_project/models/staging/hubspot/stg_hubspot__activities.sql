-- One row per version of a call, an email or a meeting.
with

engagements as (

    select
        calls.id,
        'call' as plain_kind,
        calls.activity_type,
        calls.direction,
        calls.occurred_at,
        calls.owner_id,
        calls.updated_at,
        {{ hubspot_lineage('calls') }}
    from {{ source('hubspot', 'call') }} as calls
    where not calls.is_gone

    union all

    select
        emails.id,
        'email' as plain_kind,
        emails.activity_type,
        emails.direction,
        emails.occurred_at,
        emails.owner_id,
        emails.updated_at,
        {{ hubspot_lineage('emails') }}
    from {{ source('hubspot', 'email') }} as emails
    where not emails.is_gone

    union all

    select
        meetings.id,
        'meeting' as plain_kind,
        meetings.activity_type,
        meetings.direction,
        meetings.occurred_at,
        meetings.owner_id,
        meetings.updated_at,
        {{ hubspot_lineage('meetings') }}
    from {{ source('hubspot', 'meeting') }} as meetings
    where not meetings.is_gone

),

links as (

    select * from {{ ref('base_hubspot__links') }}
    where record_type = 'engagement'

),

typed as (

    select
        *,
        {{ mapped('hubspot', 'activities', 'kind', 'engagements.activity_type') }} as mapped_type
    from engagements

),

mapped as (

    select
        typed.id as activity_id,
        links.account_id,
        links.contact_id,
        typed.owner_id as employee_id,
        -- a type of call or meeting that the mapping file says nothing of leaves it a call or a meeting
        case
            when typed.mapped_type in ('meeting', 'call', 'email', 'event', 'executive_review') then typed.mapped_type
            else typed.plain_kind
        end as kind,
        {{ mapped('hubspot', 'activities', 'is_inbound', 'typed.direction') }} as is_inbound,
        {{ instant_text('typed.occurred_at') }} as occurred_at,
        {{ instant_text('typed.updated_at') }} as updated_at,
        {{ hubspot_lineage('typed') }}
    from typed
    left join links on typed.id = links.record_id

)

select * from mapped

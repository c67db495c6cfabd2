-- One row per version of a call, an email or a meeting.
with

engagements as (

    select
        id,
        'call' as plain_kind,
        activity_type,
        direction,
        occurred_at,
        owner_id,
        updated_at,
        {{ hubspot_lineage('calls') }}
    from {{ source('hubspot', 'hubspot__call') }} as calls
    where not is_gone

    union all

    select
        id,
        'email' as plain_kind,
        activity_type,
        direction,
        occurred_at,
        owner_id,
        updated_at,
        {{ hubspot_lineage('emails') }}
    from {{ source('hubspot', 'hubspot__email') }} as emails
    where not is_gone

    union all

    select
        id,
        'meeting' as plain_kind,
        activity_type,
        direction,
        occurred_at,
        owner_id,
        updated_at,
        {{ hubspot_lineage('meetings') }}
    from {{ source('hubspot', 'hubspot__meeting') }} as meetings
    where not is_gone

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

-- One row per record and record it belongs to, whatever kinds the two are; orphans included.
with

associations as (

    select
        'deal' as record_type,
        deal_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'deal_company') }}
    where is_current

    union all

    select
        'deal' as record_type,
        deal_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'deal_contact') }}
    where is_current

    union all

    select
        'ticket' as record_type,
        ticket_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'ticket_company') }}
    where is_current

    union all

    select
        'ticket' as record_type,
        ticket_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'ticket_contact') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'call_company') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'call_contact') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'email_company') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'email_contact') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'meeting_company') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'meeting_contact') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'company' as target_type,
        company_id as target_id,
        type_id
    from {{ source('hubspot', 'engagement_company') }}
    where is_current

    union all

    select
        'engagement' as record_type,
        engagement_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'engagement_contact') }}
    where is_current

    union all

    select
        'feedback' as record_type,
        feedback_id as record_id,
        'contact' as target_type,
        contact_id as target_id,
        type_id
    from {{ source('hubspot', 'feedback_contact') }}
    where is_current

    union all

    select
        'feedback' as record_type,
        feedback_id as record_id,
        'ticket' as target_type,
        ticket_id as target_id,
        type_id
    from {{ source('hubspot', 'feedback_ticket') }}
    where is_current

)

select * from associations

/*
    One row per contact that a distribution was sent to, as the CRM knows the person. A mail that bounced or was never sent
    invited nobody; a reminder or a thank-you invites nobody anew: who answers it answers the invitation before it.
*/
with

sendings as (

    select * from {{ source('qualtrics', 'distribution_contact') }}
    where
        is_current
        and sent_at is not null
        and lower(coalesce(status, 'success')) not in (
            'pending', 'error', 'failure', 'skipped', 'blocked', 'softbounce', 'hardbounce', 'emailsoftbounce', 'emailhardbounce', 'bounced'
        )

),

contacts as (

    select
        source_relation,
        id,
        ext_ref,
        account_id
    from {{ source('qualtrics', 'contact') }}
    where is_current
    union all
    select
        source_relation,
        id,
        ext_ref,
        account_id
    from {{ source('qualtrics', 'core_contact') }}
    where is_current

),

distributions as (

    select
        source_relation,
        id,
        survey_id,
        lower(coalesce(request_type, '')) in ('reminder', 'thankyou') as is_follow_up,
        parent_distribution_id
    from {{ source('qualtrics', 'distribution') }}
    where is_current

)

select
    sendings.source_relation,
    case
        when distributions.is_follow_up then coalesce(distributions.parent_distribution_id, distributions.id) else sendings.distribution_id
    end
    || ':' || coalesce(contacts.ext_ref, sendings.contact_id) as invitation_id,
    coalesce(distributions.is_follow_up, false) as is_follow_up,
    distributions.survey_id,
    contacts.ext_ref as recipient_id,
    contacts.account_id,
    sendings.response_id,
    sendings.sent_at,
    sendings._run_id,
    sendings._file,
    sendings._row_number,
    sendings._landed_at,
    sendings._landing_order
from sendings
left join contacts
    on sendings.source_relation = contacts.source_relation and sendings.contact_id = contacts.id
left join distributions
    on sendings.source_relation = distributions.source_relation and sendings.distribution_id = distributions.id

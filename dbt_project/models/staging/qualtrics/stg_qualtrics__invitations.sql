/*
    One row per contact that a distribution invited. The account is that of the answer, where there is one, because a member of
    staff is asked about many accounts; else the contact's own.
*/
with

sendings as (

    select * from {{ ref('base_qualtrics__recipients') }}
    where not is_follow_up

),

said as (

    {{ mapped_surveys('qualtrics', 'sendings') }}

),

answered as (

    select
        recipients.source_relation,
        recipients.invitation_id,
        max(embedded.account_id) as account_id
    from {{ ref('base_qualtrics__recipients') }} as recipients
    inner join {{ source('qualtrics', 'survey_response') }} as responses
        on
        recipients.source_relation = responses.source_relation
        and recipients.response_id = responses.id
        and responses.is_current
    inner join {{ ref('base_qualtrics__embedded_data') }} as embedded
        on
        responses.source_relation = embedded.source_relation
        and responses.id = embedded.response_id
        and (responses.version_at = embedded.version_at or embedded.version_at is null)
    group by recipients.source_relation, recipients.invitation_id

),

final as (

    select
        sendings.invitation_id,
        sendings.survey_id,
        case when coalesce(said.kind, '') <> 'staff' then sendings.recipient_id end as contact_id,
        case when said.kind = 'staff' then sendings.recipient_id end as employee_id,
        coalesce(answered.account_id, sendings.account_id) as account_id,
        {{ instant_text('sendings.sent_at') }} as sent_at,
        {{ instant_text('sendings.sent_at') }} as updated_at,
        sendings.source_relation,
        sendings._run_id,
        sendings._file,
        sendings._row_number,
        sendings._landed_at,
        sendings._landing_order
    from sendings
    left join said on sendings.survey_id = said.survey_id
    left join answered
        on sendings.source_relation = answered.source_relation and sendings.invitation_id = answered.invitation_id

)

select * from final

/*
    One row per recipient whom a mailing reached. When: the recipient's own field where the user keeps one, else the only
    invitation of the mailing; of several nobody tells which one it was.
*/
with

recipients as (

    select * from {{ source('surveymonkey', 'recipient') }}
    where is_current and lower(coalesce(mail_status, 'sent')) not in ('not_sent', 'processing', 'bounced', 'soft_bounced', 'hard_bounced')

),

sendings as (

    select
        source_relation,
        collector_id,
        case when count(*) = 1 then min(scheduled_date) end as sent_at
    from {{ source('surveymonkey', 'message') }}
    where is_current and type = 'invite' and coalesce(status, 'sent') = 'sent'
    group by source_relation, collector_id

)

select
    recipients.source_relation,
    recipients.id as recipient_id,
    recipients.collector_id,
    recipients.collector_id || ':' || coalesce(recipients.contact_id, recipients.employee_id, recipients.id) as invitation_id,
    collectors.survey_id,
    recipients.contact_id,
    recipients.employee_id,
    recipients.account_id,
    coalesce(recipients.sent_at, sendings.sent_at) as sent_at,
    recipients._run_id,
    recipients._file,
    recipients._row_number,
    recipients._landed_at,
    recipients._landing_order
from recipients
left join {{ source('surveymonkey', 'collector') }} as collectors
    on
    recipients.source_relation = collectors.source_relation
    and recipients.collector_id = collectors.id
    and collectors.is_current
left join sendings
    on recipients.source_relation = sendings.source_relation and recipients.collector_id = sendings.collector_id

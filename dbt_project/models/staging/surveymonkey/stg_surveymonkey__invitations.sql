/*
    One row per recipient whom a mailing reached. The account is that of the answer, where there is one, because a member of
    staff is asked about many accounts; else the recipient's own.
*/
with

recipients as (

    select * from {{ ref('base_surveymonkey__recipients') }}

),

answered as (

    select
        source_relation,
        recipient_id,
        collector_id,
        max(account_id) as account_id
    from {{ source('surveymonkey', 'response') }}
    where is_current and recipient_id is not null
    group by source_relation, recipient_id, collector_id

),

final as (

    select
        recipients.invitation_id,
        recipients.survey_id,
        recipients.contact_id,
        recipients.employee_id,
        coalesce(answered.account_id, recipients.account_id) as account_id,
        {{ instant_text('recipients.sent_at') }} as sent_at,
        {{ instant_text('recipients.sent_at') }} as updated_at,
        recipients.source_relation,
        recipients._run_id,
        recipients._file,
        recipients._row_number,
        recipients._landed_at,
        recipients._landing_order
    from recipients
    left join answered
        on
        recipients.source_relation = answered.source_relation
        and recipients.recipient_id = answered.recipient_id
        and recipients.collector_id = answered.collector_id

)

select * from final

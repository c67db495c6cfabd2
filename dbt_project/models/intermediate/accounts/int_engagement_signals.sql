-- One row per account, quarter and engagement signal that can be told (CONTRACT section 4, "Engagement and usage").
-- A customer with no activity has signals of 0; a response rate exists only where somebody was invited.
with

account_quarters as (

    select * from {{ ref('int_account_quarters') }}

),

activities as (

    select
        account_id,
        contact_id,
        kind,
        coalesce(is_inbound, false) as is_inbound,
        {{ quarter_start(local_date("occurred_at")) }} as quarter_start_date
    from {{ ref('int_activities_current') }}
    where {{ local_date("occurred_at") }} <= {{ as_of_date() }}

),

counts as (

    select
        account_quarters.account_id,
        account_quarters.quarter_start_date,
        sum(case when activities.kind = 'meeting' then 1 else 0 end) as meetings,
        sum(case when activities.kind = 'executive_review' then 1 else 0 end) as executive_reviews,
        sum(case when activities.kind = 'call' then 1 else 0 end) as calls,
        sum(case when activities.kind = 'email' and activities.is_inbound then 1 else 0 end) as inbound_emails,
        sum(case when activities.kind = 'event' then 1 else 0 end) as events,
        count(distinct activities.contact_id) as distinct_contacts

    from account_quarters
    -- left: no activity is a finding, not a missing row
    left join activities
        on account_quarters.account_id = activities.account_id
        and account_quarters.quarter_start_date = activities.quarter_start_date
    group by account_quarters.account_id, account_quarters.quarter_start_date

)

select account_id, quarter_start_date, 'meetings' as signal, cast(meetings as {{ type_double() }}) as signal_value from counts
union all
select account_id, quarter_start_date, 'executive_reviews' as signal, cast(executive_reviews as {{ type_double() }}) from counts
union all
select account_id, quarter_start_date, 'calls' as signal, cast(calls as {{ type_double() }}) from counts
union all
select account_id, quarter_start_date, 'inbound_emails' as signal, cast(inbound_emails as {{ type_double() }}) from counts
union all
select account_id, quarter_start_date, 'events' as signal, cast(events as {{ type_double() }}) from counts
union all
select account_id, quarter_start_date, 'distinct_contacts' as signal, cast(distinct_contacts as {{ type_double() }}) from counts
union all
select
    scope_id as account_id,
    quarter_start_date,
    'survey_response_rate' as signal,
    cast(answered_count as {{ type_double() }}) / invitation_count
from {{ ref('int_invitations_grouped') }}
where scope_type = 'account'

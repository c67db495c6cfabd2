-- One row: the earliest local date of any event up to as-of; null when nothing has happened yet.
-- Quarters and award years start here (CONTRACT section 4, "Calendar").
with

event_dates as (

    select {{ local_date("responded_at") }} as event_date from {{ ref('int_responses_current') }}
    union all
    select {{ local_date("sent_at") }} from {{ ref('int_invitations_current') }}
    union all
    select {{ local_date("created_at") }} from {{ ref('int_tickets_current') }}
    union all
    select {{ local_date("occurred_at") }} from {{ ref('int_activities_current') }}
    union all
    select {{ local_date("assessed_at") }} from {{ ref('int_assessments_current') }}
    union all
    select recognised_on from {{ ref('int_revenue_current') }}
    union all
    select month from {{ ref('int_usage_current') }}

)

select min(event_date) as first_date
from event_dates
where event_date <= {{ as_of_date() }}

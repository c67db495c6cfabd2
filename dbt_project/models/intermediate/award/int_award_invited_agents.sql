-- One row per project, award year and agent with tickets of it: how many tickets were followed by an invitation, and an answer to it.
with

policy as (

    {{ rule_periods(ref('integrity_policy')) }}

),

tickets as (

    select
        ticket_id,
        project_id,
        contact_id,
        assignee_id,
        {{ local_date("created_at") }} as created_date,
        cast(extract(year from {{ local_date("created_at") }}) as integer) as award_year
    from {{ ref('int_tickets_current') }}
    where {{ local_date("created_at") }} <= {{ as_of_date() }}
        and (status is null or status <> 'deleted')
        and project_id is not null
        and contact_id is not null
        and assignee_id is not null

),

ticket_windows as (

    select
        tickets.*,
        tickets.created_date + policy.answer_window_days as last_day
    from tickets
    inner join policy
        on {{ in_force("policy", "make_date(tickets.award_year, 12, 31)") }}

),

tickets_followed as (

    select
        ticket_windows.ticket_id,
        ticket_windows.project_id,
        ticket_windows.award_year,
        ticket_windows.assignee_id,
        max(case when invitations.invitation_id is not null then 1 else 0 end) as is_invited,
        max(case when invitations.is_answered then 1 else 0 end) as is_answered

    from ticket_windows
    -- left: most tickets are followed by no invitation
    left join {{ ref('int_invitations_answered') }} as invitations
        on ticket_windows.project_id = invitations.project_id
        and ticket_windows.contact_id = invitations.contact_id
        and invitations.sent_date between ticket_windows.created_date and ticket_windows.last_day
    group by ticket_windows.ticket_id, ticket_windows.project_id, ticket_windows.award_year, ticket_windows.assignee_id

)

select
    project_id,
    award_year,
    assignee_id as group_id,
    cast(count(*) as bigint) as eligible_count,
    cast(sum(is_invited) as bigint) as invited_count,
    cast(sum(is_answered) as bigint) as answered_count

from tickets_followed
group by project_id, award_year, assignee_id

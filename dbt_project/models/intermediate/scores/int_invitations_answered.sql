-- One row per customer invitation sent up to as-of: whether a counted response carries it, whenever that came.
-- Invitations to staff surveys are left out; a survey that names no kind is not staff.
with

answered_invitations as (

    select distinct invitation_id
    from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null
        and invitation_id is not null

),

invitations as (

    select
        *,
        {{ local_date("sent_at") }} as sent_date
    from {{ ref('int_invitations_current') }}

)

select
    invitations.invitation_id,
    invitations.survey_id,
    invitations.account_id,
    invitations.contact_id,
    invitations.sent_date,
    {{ quarter_start("invitations.sent_date") }} as quarter_start_date,
    surveys.project_id,
    answered_invitations.invitation_id is not null as is_answered

from invitations
inner join {{ ref('int_surveys_current') }} as surveys
    on invitations.survey_id = surveys.survey_id
left join answered_invitations
    on invitations.invitation_id = answered_invitations.invitation_id
where invitations.sent_date <= {{ as_of_date() }}
    and (surveys.kind is null or surveys.kind <> 'staff')

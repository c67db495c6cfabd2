-- One row per vote given after the days in which an invitation may be answered.
with

invitations as (

    select
        invitation_id,
        {{ local_date("sent_at") }} as sent_date
    from {{ ref('int_invitations_current') }}

)

select
    votes.response_id,
    {{ dbt.concat([
        "'Answered on '",
        dbt.safe_cast("votes.responded_date", dbt.type_string()),
        "', invited on '",
        dbt.safe_cast("invitations.sent_date", dbt.type_string()),
        "'; '",
        dbt.safe_cast("votes.answer_window_days", dbt.type_string()),
        "' days are allowed.'",
    ]) }} as detail

from {{ ref('int_votes_under_policy') }} as votes
-- inner: of an invitation nobody knows, nobody knows the day
inner join invitations
    on votes.invitation_id = invitations.invitation_id
where votes.responded_date > invitations.sent_date + votes.answer_window_days

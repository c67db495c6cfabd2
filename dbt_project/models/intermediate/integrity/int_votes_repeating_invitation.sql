-- One row per counted vote that shares its invitation with another counted vote: one invitation, one vote.
with

votes as (

    select
        response_id,
        invitation_id,
        count(*) over (partition by invitation_id) as votes_on_invitation
    from {{ ref('int_votes_under_policy') }}
    where is_counted
        and invitation_id is not null

)

select
    response_id,
    {{ dbt.concat([
        dbt.safe_cast("votes_on_invitation", dbt.type_string()),
        "' counted responses carry the invitation '",
        "invitation_id",
        "'.'",
    ]) }} as detail

from votes
where votes_on_invitation > 1

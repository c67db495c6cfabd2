-- One row per customer's response and suspicion against it. Nothing is excluded for it: a person looks and decides.
with

flags as (

    select
        'straight_lining' as flag,
        straight_lining.*
    from {{ ref('int_votes_straight_lining') }} as straight_lining
    union all
    select
        'repeated_invitation' as flag,
        repeating_invitation.*
    from {{ ref('int_votes_repeating_invitation') }} as repeating_invitation
    union all
    select
        'identical_answers' as flag,
        identical.*
    from {{ ref('int_votes_identical') }} as identical
    union all
    select
        'agent_submitted' as flag,
        by_staff.*
    from {{ ref('int_votes_by_staff') }} as by_staff
    union all
    select
        'answered_late' as flag,
        late.*
    from {{ ref('int_votes_late') }} as late
    union all
    select
        'edited_after_close' as flag,
        edited.*
    from {{ ref('int_votes_edited') }} as edited

)

select
    votes.response_id,
    flags.flag,
    votes.survey_id,
    votes.project_id,
    votes.account_id,
    votes.contact_id,
    votes.responded_at,
    votes.quarter_start_date,
    votes.is_counted,
    votes.exclusion_reason,
    flags.detail

from flags
inner join {{ ref('int_votes_under_policy') }} as votes
    on flags.response_id = votes.response_id

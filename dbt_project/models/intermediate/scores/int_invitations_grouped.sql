-- One row per quarter and scope (global, project, account) that was invited at all.
with

invitations as (

    select * from {{ ref('int_invitations_answered') }}

),

invitations_by_scope as (

    select
        'global' as scope_type,
        'global' as scope_id,
        invitations.*
    from invitations
    union all
    select
        'project' as scope_type,
        project_id as scope_id,
        invitations.*
    from invitations
    union all
    select
        'account' as scope_type,
        account_id as scope_id,
        invitations.*
    from invitations

)

select
    quarter_start_date,
    scope_type,
    scope_id,
    cast(count(*) as bigint) as invitation_count,
    cast(sum(case when is_answered then 1 else 0 end) as bigint) as answered_count

from invitations_by_scope
group by quarter_start_date, scope_type, scope_id

-- One row per award year, project, dimension (tier of the account, agent of the ticket) and group: who could be asked, was, and answered.
with

groups_invited as (

    select
        'tier' as dimension,
        invited_tiers.*
    from {{ ref('int_award_invited_tiers') }} as invited_tiers

    union all

    select
        'agent' as dimension,
        invited_agents.*
    from {{ ref('int_award_invited_agents') }} as invited_agents

),

shares as (

    select
        *,
        cast(eligible_count as {{ type_double() }})
        / nullif(sum(eligible_count) over (partition by award_year, project_id, dimension), 0) as eligible_share,
        cast(invited_count as {{ type_double() }})
        / nullif(sum(invited_count) over (partition by award_year, project_id, dimension), 0) as invited_share
    from groups_invited

)

select
    cast(award_year as bigint) as award_year,
    project_id,
    dimension,
    group_id,
    eligible_count,
    invited_count,
    answered_count,
    eligible_share,
    invited_share,
    invited_share - eligible_share as share_difference,
    cast(answered_count as {{ type_double() }}) / nullif(invited_count, 0) as response_rate

from shares

-- One row per quarter, category, dimension and group: how much of the change of the global mean is this group's.
-- Midpoint decomposition: the rate part is what its customers rate otherwise, the mix part what more or fewer of them answer.
with

sides as (

    -- a side nobody answered on has no mean of its own; with the other side's the group changes the mix alone
    select
        *,
        coalesce(mean_score, previous_mean_score) as mean_now,
        coalesce(previous_mean_score, mean_score) as mean_before
    from {{ ref('int_score_changes') }}

),

effects as (

    select
        *,
        (previous_share + share) / 2 * (mean_now - mean_before) as rate_effect,
        (share - previous_share) * ((mean_before + mean_now) / 2 - (previous_total_mean + total_mean) / 2) as mix_effect
    from sides

)

select
    effects.quarter_start_date,
    effects.category,
    effects.dimension,
    effects.group_id,
    coalesce(projects.project_name, accounts.account_name, effects.group_id) as group_name,
    effects.total_mean - effects.previous_total_mean as change,
    effects.rate_effect + effects.mix_effect as contribution,
    effects.rate_effect,
    effects.mix_effect,
    cast(row_number() over (
        partition by effects.quarter_start_date, effects.category, effects.dimension
        order by
            {{ rounded_to_tolerance("abs(effects.rate_effect + effects.mix_effect)") }} desc,
            effects.group_id is null,
            {{ byte_order("effects.group_id") }}
    ) as bigint) as contribution_rank,
    effects.response_count,
    effects.previous_response_count,
    effects.mean_score,
    effects.previous_mean_score,
    effects.share,
    effects.previous_share

from effects
-- left, both: only projects and accounts have names of their own
left join {{ ref('int_projects_current') }} as projects
    on effects.dimension = 'project'
    and effects.group_id = projects.project_id
left join {{ ref('int_accounts_current') }} as accounts
    on effects.dimension = 'account'
    and effects.group_id = accounts.account_id

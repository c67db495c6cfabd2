-- One row per quarter, scope and category with at least one counted response.
with

policies as (

    {{ rule_periods(ref('suppression_policy'), parts=["scope_type"]) }}

),

grouped as (

    select
        scores.*,
        quarters.quarter_index,
        quarters.is_closed,
        policies.min_responses,
        policies.min_responses_for_comments,
        cast(scores.score_sum as {{ type_double() }}) / scores.response_count as mean_score,
        sqrt({{ sample_variance("scores.response_count", "scores.spread_sum", "scores.spread_square_sum") }}) as sd_score
    from {{ ref('int_scores_grouped') }} as scores
    inner join {{ ref('int_quarters') }} as quarters
        on scores.quarter_start_date = quarters.quarter_start_date
    inner join policies
        on scores.scope_type = policies.scope_type
        and {{ in_force("policies", "quarters.last_day") }}

),

bounded as (

    select
        grouped.*,
        {{ t_or_z("t_critical.t") }} * grouped.sd_score / sqrt(grouped.response_count) as half_width
    from grouped
    -- left: the table ends at 120 degrees of freedom, beyond them the normal quantile holds
    left join {{ ref('t_critical') }} as t_critical
        on grouped.response_count - 1 = t_critical.df

)

select
    bounded.quarter_start_date,
    bounded.scope_type,
    bounded.scope_id,
    coalesce(projects.project_name, accounts.account_name, bounded.scope_id) as scope_name,
    bounded.category,
    bounded.response_count,
    bounded.respondent_count,

    -- only these scopes know whom they invited
    case
        when bounded.scope_type in ('global', 'project', 'account') then coalesce(invitations.invitation_count, 0)
    end as invitation_count,
    case
        when bounded.scope_type in ('global', 'project', 'account')
            then cast(invitations.answered_count as {{ type_double() }}) / nullif(invitations.invitation_count, 0)
    end as response_rate,

    bounded.mean_score,
    bounded.sd_score,
    bounded.mean_score - bounded.half_width as ci95_low,
    bounded.mean_score + bounded.half_width as ci95_high,
    clustered.account_count,
    bounded.mean_score - clustered.robust_half_width as robust_ci95_low,
    bounded.mean_score + clustered.robust_half_width as robust_ci95_high,
    cast(bounded.top2box_count as {{ type_double() }}) / bounded.response_count as top2box_rate,
    {{ wilson_low("bounded.top2box_count", "bounded.response_count") }} as top2box_low,
    {{ wilson_high("bounded.top2box_count", "bounded.response_count") }} as top2box_high,
    {{ at_least("bounded.mean_score", "bounded.threshold") }} as is_in_loyalty_zone,
    quarter_before.mean_score as previous_quarter_mean,
    year_before.mean_score as previous_year_mean,
    bounded.response_count < bounded.min_responses as is_suppressed,
    bounded.response_count < bounded.min_responses_for_comments as is_comment_suppressed,
    bounded.is_closed

from bounded
inner join {{ ref('int_scores_clustered') }} as clustered
    on bounded.quarter_start_date = clustered.quarter_start_date
    and bounded.scope_type = clustered.scope_type
    and bounded.scope_id = clustered.scope_id
    and bounded.category = clustered.category
-- left, the rest: a name, an invitation or an earlier figure may be missing, the row stays
left join {{ ref('int_projects_current') }} as projects
    on bounded.scope_type = 'project'
    and bounded.scope_id = projects.project_id
left join {{ ref('int_accounts_current') }} as accounts
    on bounded.scope_type = 'account'
    and bounded.scope_id = accounts.account_id
left join {{ ref('int_invitations_grouped') }} as invitations
    on bounded.quarter_start_date = invitations.quarter_start_date
    and bounded.scope_type = invitations.scope_type
    and bounded.scope_id = invitations.scope_id
left join grouped as quarter_before
    on bounded.scope_type = quarter_before.scope_type
    and bounded.scope_id = quarter_before.scope_id
    and bounded.category = quarter_before.category
    and bounded.quarter_index - 1 = quarter_before.quarter_index
left join grouped as year_before
    on bounded.scope_type = year_before.scope_type
    and bounded.scope_id = year_before.scope_id
    and bounded.category = year_before.category
    and bounded.quarter_index - 4 = year_before.quarter_index

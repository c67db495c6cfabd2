-- One row per project, category and award year: what its customers' votes add up to, also where nobody voted.
with

rules as (

    {{ rule_periods(ref('award_rules')) }}

),

project_years as (

    select
        projects.project_id,
        projects.project_name,
        projects.company_name,
        projects.city,
        projects.state,
        categories.category,
        award_years.award_year,
        award_years.is_closed,
        award_years.holds_as_of,
        award_years.quarters_elapsed,
        award_years.quarters_after_as_of,
        rules.threshold,
        rules.min_waves

    from {{ ref('int_projects_current') }} as projects
    cross join {{ ref('int_categories') }} as categories
    cross join {{ ref('int_award_years') }} as award_years
    -- a year's rule is that of its 31 December, also while the year is open
    inner join rules
        on {{ in_force("rules", "award_years.last_day") }}

),

votes as (

    select
        project_id,
        category,
        award_year,
        cast(count(*) as bigint) as response_count,
        {{ exact_sum("award_score") }} as score_sum,
        {{ spread_sum("award_score") }} as spread_sum,
        {{ spread_square_sum("award_score") }} as spread_square_sum,
        {{ exact_mean("award_score") }} as mean_score,
        {{ exact_mean("award_score_ratio") }} as mean_score_ratio,
        cast(count(distinct wave_or_quarter) as bigint) as waves,
        max(
            case
                when extract(year from responded_date) = extract(year from {{ as_of_date() }})
                    and extract(quarter from responded_date) = extract(quarter from {{ as_of_date() }})
                    then 1
                else 0
            end
        ) = 1 as has_vote_in_running_quarter
    from {{ ref('int_award_responses') }}
    group by project_id, category, award_year

)

select
    project_years.*,
    coalesce(votes.response_count, 0) as response_count,
    votes.score_sum,
    votes.spread_sum,
    votes.spread_square_sum,
    votes.mean_score,
    votes.mean_score_ratio,
    coalesce(votes.waves, 0) as waves,
    project_years.quarters_after_as_of
    + case
        when project_years.holds_as_of and not coalesce(votes.has_vote_in_running_quarter, false) then 1
        else 0
    end as quarters_to_come

from project_years
-- left: a project that nobody voted on is reported, not left out
left join votes
    on project_years.project_id = votes.project_id
    and project_years.category = votes.category
    and project_years.award_year = votes.award_year

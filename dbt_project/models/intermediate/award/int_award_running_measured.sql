-- One row per project, category, award year and calendar quarter begun: the votes of the year up to that quarter's end, and its own.
with

project_quarters as (

    select
        measured.project_id,
        measured.project_name,
        measured.category,
        measured.award_year,
        measured.is_closed,
        measured.threshold,
        measured.min_waves,
        quarters.calendar_quarter,
        quarters.quarter_end_date,
        quarters.holds_as_of

    from {{ ref('int_award_measured') }} as measured
    inner join {{ ref('int_award_quarters') }} as quarters
        on measured.award_year = quarters.award_year

),

votes as (

    select
        *,
        cast(extract(quarter from responded_date) as integer) as given_in_quarter
    from {{ ref('int_award_responses') }}

),

votes_so_far as (

    select
        votes.project_id,
        votes.category,
        votes.award_year,
        quarters.calendar_quarter,
        cast(count(*) as bigint) as response_count,
        {{ exact_sum("votes.award_score") }} as score_sum,
        {{ exact_mean("votes.award_score") }} as mean_score,
        cast(count(distinct votes.wave_or_quarter) as bigint) as waves,
        cast(sum(case when votes.given_in_quarter = quarters.calendar_quarter then 1 else 0 end) as bigint) as quarter_response_count,
        {{ exact_mean("case when votes.given_in_quarter = quarters.calendar_quarter then votes.award_score end") }}
            as quarter_mean_score

    from votes
    inner join {{ ref('int_award_quarters') }} as quarters
        on votes.award_year = quarters.award_year
        and votes.given_in_quarter <= quarters.calendar_quarter
    group by votes.project_id, votes.category, votes.award_year, quarters.calendar_quarter

)

select
    project_quarters.project_id,
    project_quarters.project_name,
    project_quarters.category,
    project_quarters.award_year,
    project_quarters.calendar_quarter,
    project_quarters.quarter_end_date,
    project_quarters.is_closed,
    project_quarters.threshold,
    project_quarters.min_waves,
    coalesce(votes_so_far.response_count, 0) as response_count,
    votes_so_far.score_sum,
    votes_so_far.mean_score,
    coalesce(votes_so_far.waves, 0) as waves,
    coalesce(votes_so_far.quarter_response_count, 0) as quarter_response_count,
    votes_so_far.quarter_mean_score,

    -- the quarter that is running may still bring a wave, unless it has brought its vote already
    4 - project_quarters.calendar_quarter
    + case
        when project_quarters.holds_as_of and coalesce(votes_so_far.quarter_response_count, 0) = 0 then 1
        else 0
    end as quarters_to_come

from project_quarters
-- left: a quarter in which nobody has voted yet is reported, not left out
left join votes_so_far
    on project_quarters.project_id = votes_so_far.project_id
    and project_quarters.category = votes_so_far.category
    and project_quarters.award_year = votes_so_far.award_year
    and project_quarters.calendar_quarter = votes_so_far.calendar_quarter

-- One row per quarter and level: how much scores vary within agents (teams), and how much agents really differ.
-- Analysis of variance with unequal group sizes (Searle, Casella and McCulloch 1992), the between part cut at 0.
-- Both are null with fewer than two agents, or where nobody was rated twice.
with

means as (

    select * from {{ ref('int_service_means') }}

),

levels as (

    select
        quarter_start_date,
        reported_level,
        cast(count(*) as bigint) as group_count,
        cast(sum(response_count) as bigint) as response_count,
        cast(sum(response_count * response_count) as {{ type_double() }}) as response_count_squares,
        cast(sum(score_sum) as {{ type_double() }}) / cast(sum(response_count) as bigint) as mean_score
    from means
    group by quarter_start_date, reported_level

),

-- sums of squares are made of doubles and added as decimals, so that the order of rows does not matter
squares as (

    select
        means.quarter_start_date,
        means.reported_level,
        cast(
            sum(cast((means.response_count - 1) * coalesce(means.score_variance, 0) as decimal(38, 20))) as {{ type_double() }}
        ) as squares_within,
        cast(
            sum(cast(
                means.response_count * (means.mean_score - levels.mean_score) * (means.mean_score - levels.mean_score)
                as decimal(38, 20)
            )) as {{ type_double() }}
        ) as squares_between
    from means
    inner join levels
        on means.quarter_start_date = levels.quarter_start_date
        and means.reported_level = levels.reported_level
    group by means.quarter_start_date, means.reported_level

),

within_groups as (

    select
        levels.*,
        squares.squares_between,
        case
            when levels.group_count < 2 or levels.response_count = levels.group_count then null
            else squares.squares_within / (levels.response_count - levels.group_count)
        end as variance_within
    from levels
    inner join squares
        on levels.quarter_start_date = squares.quarter_start_date
        and levels.reported_level = squares.reported_level

)

select
    quarter_start_date,
    reported_level,
    group_count,
    response_count,
    mean_score,
    variance_within,
    case
        when variance_within is null then null
        else greatest(
                0,
                (squares_between / (group_count - 1) - variance_within) * (group_count - 1)
                / (response_count - response_count_squares / response_count)
            )
    end as variance_between

from within_groups

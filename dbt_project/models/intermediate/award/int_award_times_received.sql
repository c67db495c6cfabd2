-- One row per recipient, award and year asked about: the announced count of the latest year that has one,
-- plus the distinct years since (all of them where none was ever announced).
with

asked as (

    select
        project_id as recipient_key,
        true as is_own_project,
        'nfsb' as award,
        award_year
    from {{ ref('int_award_judged') }}
    where category = 'overall'

    union

    select
        recipient_key,
        is_own_project,
        award,
        award_year
    from {{ ref('int_award_years_received') }}

),

announced as (

    select
        recipient_key,
        is_own_project,
        award,
        award_year,
        times_announced
    from {{ ref('int_award_history_named') }}
    where times_announced is not null

),

latest_announced as (

    select
        asked.recipient_key,
        asked.is_own_project,
        asked.award,
        asked.award_year,
        max(announced.award_year) as announced_year
    from asked
    left join announced
        on asked.recipient_key = announced.recipient_key
        and asked.is_own_project = announced.is_own_project
        and asked.award = announced.award
        and asked.award_year >= announced.award_year
    group by asked.recipient_key, asked.is_own_project, asked.award, asked.award_year

),

years_since as (

    select
        latest_announced.recipient_key,
        latest_announced.is_own_project,
        latest_announced.award,
        latest_announced.award_year,
        latest_announced.announced_year,
        count(distinct years_received.award_year) as later_years
    from latest_announced
    left join {{ ref('int_award_years_received') }} as years_received
        on latest_announced.recipient_key = years_received.recipient_key
        and latest_announced.is_own_project = years_received.is_own_project
        and latest_announced.award = years_received.award
        and latest_announced.award_year >= years_received.award_year
        and (latest_announced.announced_year is null or latest_announced.announced_year < years_received.award_year)
    group by
        latest_announced.recipient_key,
        latest_announced.is_own_project,
        latest_announced.award,
        latest_announced.award_year,
        latest_announced.announced_year

)

select
    years_since.recipient_key,
    years_since.is_own_project,
    years_since.award,
    years_since.award_year,
    cast(coalesce(announced.times_announced, 0) + years_since.later_years as bigint) as times_received

from years_since
left join announced
    on years_since.recipient_key = announced.recipient_key
    and years_since.is_own_project = announced.is_own_project
    and years_since.award = announced.award
    and years_since.announced_year = announced.award_year

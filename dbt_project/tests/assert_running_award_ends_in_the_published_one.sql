-- The last quarter begun is the year as it stands: two tables that tell it must tell the same.
{{ config(meta={"sentence": "rpt_award_running ends otherwise than rpt_award_eligibility says"}) }}
with

last_quarters as (

    select
        award_year,
        max(calendar_quarter) as calendar_quarter
    from {{ ref('int_award_quarters') }}
    group by award_year

),

running as (

    select running.*
    from {{ known_now(ref('rpt_award_running')) }} as running
    inner join last_quarters
        on running.award_year = last_quarters.award_year
        and running.calendar_quarter = last_quarters.calendar_quarter

)

select
    eligibility.project_id,
    eligibility.category,
    eligibility.award_year,
    eligibility.status,
    running.running_status
from {{ known_now(ref('rpt_award_eligibility')) }} as eligibility
left join running
    on eligibility.project_id = running.project_id
    and eligibility.category = running.category
    and eligibility.award_year = running.award_year
where running.project_id is null
    or eligibility.status <> running.running_status
    or eligibility.response_count <> running.response_count
    or eligibility.waves <> running.waves
    or coalesce(eligibility.mean_score, 0) <> coalesce(running.mean_score, 0)
    or coalesce(eligibility.needed_mean_rest_of_year, 0) <> coalesce(running.needed_mean_rest_of_year, 0)

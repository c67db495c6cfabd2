-- Each vote is given in one quarter: what the quarters had alone is what the year has in the end.
{{ config(meta={"sentence": "the quarters of rpt_award_running do not add up to the year's votes"}) }}
select
    project_id,
    category,
    award_year,
    sum(quarter_response_count) as votes_of_quarters,
    max(response_count) as votes_of_year
from {{ known_now(ref('rpt_award_running')) }}
group by project_id, category, award_year
having sum(quarter_response_count) <> max(response_count)

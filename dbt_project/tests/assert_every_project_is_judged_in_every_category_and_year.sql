-- Also where nobody voted: a missing row would look like a project that was never entered.
{{ config(meta={"sentence": "rpt_award_eligibility lacks a project, category or year"}) }}
select
    projects.project_id,
    categories.category,
    award_years.award_year
from {{ ref('dim_projects') }} as projects
cross join {{ ref('int_categories') }} as categories
cross join {{ ref('int_award_years') }} as award_years
left join {{ known_now(ref('rpt_award_eligibility')) }} as eligibility
    on projects.project_id = eligibility.project_id
    and categories.category = eligibility.category
    and award_years.award_year = eligibility.award_year
where eligibility.project_id is null

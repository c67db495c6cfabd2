-- One row per project: the service line or business unit that an award audits.
select
    project_id,
    project_name,
    company_name,
    city,
    state,
    country

from {{ ref('int_projects_current') }}

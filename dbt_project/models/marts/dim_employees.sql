-- One row per employee of ours.
select
    employee_id,
    full_name,
    job_title,
    team_id,
    team_name,
    function,
    email,
    coalesce(is_active, false) as is_active

from {{ ref('int_employees_current') }}

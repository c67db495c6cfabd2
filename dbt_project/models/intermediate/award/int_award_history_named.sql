-- One row per recipient, award and year on record. A recipient is one of our projects or, without one, known by its name.
select
    coalesce(project_id, recipient_name) as recipient_key,
    project_id is not null as is_own_project,
    project_id,
    award,
    award_year,
    coalesce(recipient_name, project_id) as recipient_name,
    location,
    times_announced

from {{ ref('award_history') }}

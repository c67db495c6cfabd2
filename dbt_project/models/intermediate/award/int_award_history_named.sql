-- One row per recipient, award and year on record. A recipient is one of our projects or, without one, known by its name.
select
    coalesce(history.project_id, history.recipient_name) as recipient_key,
    history.project_id is not null as is_own_project,
    history.project_id,
    history.award,
    history.award_year,
    -- a row may name our project alone; one that is no longer among the projects goes by its key
    coalesce(history.recipient_name, {{ own_recipient("projects") }}, history.project_id) as recipient_name,
    case
        when history.location is not null then history.location
        when history.recipient_name is null then {{ own_location("projects") }}
    end as location,
    history.times_announced

from {{ ref('award_history') }} as history
-- left: other companies are on record too
left join {{ ref('int_projects_current') }} as projects
    on history.project_id = projects.project_id

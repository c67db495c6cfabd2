-- One row per landed project that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__projects'),
    key='project_id',
) }}

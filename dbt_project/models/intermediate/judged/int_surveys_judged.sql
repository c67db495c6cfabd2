-- One row per landed survey that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__surveys'),
    key='survey_id',
    parents=[
        ('project_id', ref('int_projects_current'), 'project'),
    ],
) }}

-- One row per landed training record that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__training'),
    key='record_id',
    parents=[
        ('employee_id', ref('int_employees_current'), 'employee'),
    ],
) }}

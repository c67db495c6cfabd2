-- One row per landed staff assessment of an account that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__assessments'),
    key='assessment_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
        ('employee_id', ref('int_employees_current'), 'employee'),
    ],
) }}

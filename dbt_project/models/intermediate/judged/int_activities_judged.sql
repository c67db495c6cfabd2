-- One row per landed activity that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__activities'),
    key='activity_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
) }}

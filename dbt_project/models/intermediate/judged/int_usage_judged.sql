-- One row per landed usage row that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__usage'),
    key='usage_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
) }}

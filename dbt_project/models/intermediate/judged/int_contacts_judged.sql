-- One row per landed contact that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__contacts'),
    key='contact_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
) }}

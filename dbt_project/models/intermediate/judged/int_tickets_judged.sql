-- One row per landed ticket that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__tickets'),
    key='ticket_id',
    parents=[
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
) }}

-- One row per landed survey invitation that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__invitations'),
    key='invitation_id',
    parents=[
        ('survey_id', ref('int_surveys_current'), 'survey'),
        ('account_id', ref('int_accounts_current'), 'account'),
    ],
) }}

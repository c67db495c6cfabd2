-- One row per landed account that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__accounts'),
    key='account_id',
) }}

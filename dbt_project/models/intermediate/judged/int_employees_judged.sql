-- One row per landed employee that passed the door, with its fate.
{{ judged_versions(
    rows=ref('stg_door__employees'),
    key='employee_id',
) }}

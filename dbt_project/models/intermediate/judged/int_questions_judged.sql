-- One row per landed question that passed the door, with its fate.
-- The weight is judged here, not at the door: an unknown scale, which only the seed can tell, is named before it.
{{ judged_versions(
    rows=ref('stg_door__questions'),
    key='question_id',
    parents=[
        ('survey_id', ref('int_surveys_current'), 'survey'),
    ],
    joins='left join ' ~ ref('survey_scales') ~ ' as scales on landed_rows.scale_id = scales.scale_id',
    rules=[
        (
            'unknown_enum',
            'scales.scale_id is null',
            dbt.concat(["'scale_id '", 'landed_rows.scale_id', "' is not in survey_scales.csv'"]),
        ),
        (
            'out_of_scale',
            'landed_rows.weight <= 0',
            dbt.concat(["'weight is '", dbt.safe_cast('landed_rows.weight', dbt.type_string()), "'; it must be above 0'"]),
        ),
    ],
) }}

-- One row per thing asked that is not ignored; what it measures says the mapping file.
{{ staged_questions('surveymonkey', ref('base_surveymonkey__items'), changed_at='date_modified') }}

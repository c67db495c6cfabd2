-- One row per version of a survey; of which project and kind it is says the mapping file.
{{ staged_surveys('qualtrics', name='survey_name', changed_at='last_modified') }}

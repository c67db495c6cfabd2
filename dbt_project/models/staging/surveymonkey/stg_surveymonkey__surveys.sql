-- One row per survey; of which project and kind it is says the mapping file.
{{ staged_surveys('surveymonkey', name='title', changed_at='date_modified') }}

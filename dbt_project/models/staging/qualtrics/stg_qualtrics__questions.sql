-- One row per thing asked that is not ignored; what it measures says the mapping file.
{{ staged_questions('qualtrics', ref('base_qualtrics__items_mapped'), changed_at='last_modified') }}

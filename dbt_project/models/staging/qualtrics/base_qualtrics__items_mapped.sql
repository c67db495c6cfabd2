-- One row per thing asked, with what the user's mapping file says of it: its own entry before that of the whole question.
{{ mapped_items('qualtrics', ref('base_qualtrics__items'), whole='base_id') }}

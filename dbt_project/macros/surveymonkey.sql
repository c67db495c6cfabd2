{# A question's survey: Airbyte lands it only within the question's address, …/surveys/<survey>/pages/…, after a connection's prefix. #}
{% macro surveymonkey_survey(expr) -%}
    case
        when position('/surveys/' in {{ expr }}) > 0
            then split_part({{ expr }}, 'http', 1) || split_part(split_part({{ expr }}, '/surveys/', 2), '/', 1)
        else {{ expr }}
    end
{%- endmacro %}

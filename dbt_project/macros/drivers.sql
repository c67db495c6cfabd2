{# The measures held to drive the score of a response, as columns of the key driver models. #}
{% macro key_drivers() -%}
    {{ return(["knowledge", "professionalism", "quality_of_solution", "timeliness", "effort"]) }}
{%- endmacro %}

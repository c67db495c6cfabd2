{# How our own projects stand among the recipients of an award (CONTRACT section 5, rpt_award_recipients). #}

{# `company — project`. #}
{% macro own_recipient(project) -%}
    {{ dbt.concat([project ~ ".company_name", "' — '", project ~ ".project_name"]) }}
{%- endmacro %}

{# `city, state`, or the one of them that is recorded. #}
{% macro own_location(project) -%}
    case
        when {{ project }}.city is null then {{ project }}.state
        when {{ project }}.state is null then {{ project }}.city
        else {{ dbt.concat([project ~ ".city", "', '", project ~ ".state"]) }}
    end
{%- endmacro %}

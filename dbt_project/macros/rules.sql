{#
    The rule in force (CONTRACT section 3): of the rows with valid_from on or before a day, the latest.
    Gives one row per rule with the day before the next one starts; join with `day between`.
    `parts` are the columns that have their own latest row each (a signal, a category).
#}
{% macro rule_periods(rule_seed, parts=[]) %}
    select
        rules.*,
        lead(valid_from) over (
            {% if parts %}partition by {{ parts | join(", ") }}{% endif %}
            order by valid_from
        ) as valid_until
    from {{ rule_seed }} as rules
{% endmacro %}

{# Join condition for `rule_periods`: half-open, the new rule holds from its first day. #}
{% macro in_force(rule, day) -%}
    {{ rule }}.valid_from <= {{ day }}
    and ({{ rule }}.valid_until is null or {{ day }} < {{ rule }}.valid_until)
{%- endmacro %}

{# Each of `settings` (rule seed -> its columns) as rows: rule_name, the version's first day, the first day after it, setting and value. #}
{% macro rule_settings(settings) %}
    {% for rule, names in settings.items() %}
        {% set outer = loop %}
        {% for name in names %}
            select
                '{{ rule }}' as rule_name,
                valid_from,
                valid_until,
                '{{ name }}' as setting,
                cast({{ name }} as {{ type_double() }}) as setting_value
            from (
                {{ rule_periods(ref(rule)) }}
            ) as periods
            {% if not (loop.last and outer.last) %}
                union all
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endmacro %}

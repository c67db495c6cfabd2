{# Text without white space at either end; the class names what \s forgets (no-break, ideographic and line separators). #}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch("trimmed")(text)) }}
{%- endmacro %}

{% macro default__trimmed(text) -%}
    regexp_replace({{ text }}, '^[\s\x0B\x1C-\x1F\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+|[\s\x0B\x1C-\x1F\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+$', '', 'g')
{%- endmacro %}

{# The same characters one by one: what \s means there is the database's locale to say. #}
{% macro postgres__trimmed(text) -%}
    {%- set white = "[\\t\\n\\f\\r \\u000B\\u001C-\\u001F\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+" -%}
    regexp_replace({{ text }}, '^{{ white }}|{{ white }}$', '', 'g')
{%- endmacro %}

{# The same, with the backslashes that Spark's texts need and Java's spelling of the characters; it replaces all anyway. #}
{% macro spark__trimmed(text) -%}
    {%- set white = "[\\\\s\\\\x0B\\\\x1C-\\\\x1F\\\\x{0085}\\\\x{00A0}\\\\x{1680}\\\\x{2000}-\\\\x{200A}\\\\x{2028}\\\\x{2029}\\\\x{202F}\\\\x{205F}\\\\x{3000}]+" -%}
    regexp_replace({{ text }}, '^{{ white }}|{{ white }}$', '')
{%- endmacro %}

{# Lower-case domain of an e-mail address: what stands after the last @; null without one. #}
{% macro email_domain(email) -%}
    case
        when {{ email }} is null or position('@' in {{ email }}) = 0 then null
        else lower({{ trimmed("split_part(" ~ email ~ ", '@', -1)") }})
    end
{%- endmacro %}

{# Sorts text by its bytes, as the contract's tie-breaks want; PostgreSQL would use the database's language. #}
{% macro byte_order(text) -%}
    {{ return(adapter.dispatch("byte_order")(text)) }}
{%- endmacro %}

{% macro default__byte_order(text) -%}
    {{ text }}
{%- endmacro %}

{% macro postgres__byte_order(text) -%}
    {{ text }} collate "C"
{%- endmacro %}

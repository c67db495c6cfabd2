{#
    What staging of a vendor needs to give the contract's spelling (CONTRACT section 2). Expressions are text, or null.
    Nothing is guessed: what a macro cannot read passes to the letter, and the door quarantines it.
#}

{#
    A column's value in our words: what the user's mapping file says of it (`values: <entity>: <column>: theirs: ours`),
    any other value to the letter. Mapped to nothing it is null. Give it plain columns, no aggregates.
#}
{% macro mapped(vendor, entity, column, expr) -%}
    nullif(
        coalesce(
            (
                select max(mapping_of_values.mapping_ours)
                from (
                    select theirs as mapping_theirs, ours as mapping_ours
                    from {{ source('mapping', 'mapping_values') }}
                    where vendor = '{{ vendor }}' and entity = '{{ entity }}' and column_name = '{{ column }}'
                ) as mapping_of_values
                where mapping_of_values.mapping_theirs = {{ expr }}
            ),
            {{ expr }}
        ),
        ''
    )
{%- endmacro %}

{# A vendor's choice from the mapping file's `options`, as text; `otherwise` (SQL) where it names none. #}
{% macro mapping_option(vendor, name, otherwise="null") -%}
    coalesce(
        (select max(value) from {{ source('mapping', 'mapping_options') }} where vendor = '{{ vendor }}' and name = '{{ name }}'),
        {{ otherwise }}
    )
{%- endmacro %}

{#
    What the mapping file says of each survey of a relation with `survey_id`: project_id, kind, survey_name; one row per
    survey that it knows. The survey's own entry counts before `*`.
#}
{% macro mapped_surveys(vendor, surveys) -%}
    select
        asked.survey_id,
        said.project_id,
        said.kind,
        said.survey_name
    from (select distinct survey_id from {{ surveys }}) as asked
    inner join {{ source('mapping', 'mapping_surveys') }} as said
        on said.vendor = '{{ vendor }}' and said.survey_id in (asked.survey_id, '*')
    left join {{ source('mapping', 'mapping_surveys') }} as own
        on own.vendor = '{{ vendor }}' and own.survey_id = asked.survey_id
    where said.survey_id = asked.survey_id or own.survey_id is null
{%- endmacro %}

{#
    What the mapping file says of each question of a relation with `survey_id` and `question_id` (the vendor's own ids):
    measure, scale_id, category, weight, counts_for_award, touchpoint, is_ignored; one row per question that it knows.
    The survey's own entry counts before `*`.
#}
{% macro mapped_questions(vendor, questions) -%}
    select
        asked.survey_id,
        asked.question_id,
        said.measure,
        said.scale_id,
        said.category,
        said.weight,
        said.counts_for_award,
        said.touchpoint,
        said.is_ignored
    from (select distinct survey_id, question_id from {{ questions }}) as asked
    inner join {{ source('mapping', 'mapping_questions') }} as said
        on
            said.vendor = '{{ vendor }}'
            and said.question_id = asked.question_id
            and said.survey_id in (asked.survey_id, '*')
    left join {{ source('mapping', 'mapping_questions') }} as own
        on
            own.vendor = '{{ vendor }}'
            and own.question_id = asked.question_id
            and own.survey_id = asked.survey_id
    where said.survey_id = asked.survey_id or own.survey_id is null
{%- endmacro %}

{#
    Any vendor's spelling of an instant in the contract's: `+00` becomes `+00:00`, places beyond microseconds are cut, a mere
    date is its midnight, UTC. `2013-05-07T22:07:19.000+0000` and `…Z` are the contract's already.
#}
{% macro instant_text(expr) -%}
    case
        when length({{ expr }}) = 10 then {{ dbt.concat([expr, "'T00:00:00Z'"]) }}
        when length({{ expr }}) >= 19 then
            {{ dbt.concat([_instant_without_zone_end(expr), "case when " ~ _has_hour_only_zone(expr) ~ " then ':00' else '' end"]) }}
        else {{ expr }}
    end
{%- endmacro %}

{# Whether the text ends with a zone of two digits: `+00`, `-03`. #}
{% macro _has_hour_only_zone(expr) -%}
    substring({{ expr }}, length({{ expr }}) - 2, 1) in ('+', '-')
{%- endmacro %}

{# The instant with at most six places of a second, its zone as it is; three places and a zone are as long as seven places. #}
{% macro _instant_without_zone_end(expr) -%}
    case
        -- seven places or more
        when substring({{ expr }}, 20, 1) = '.' and translate(substring({{ expr }}, 21, 7), '0123456789', '') = ''
            and length({{ expr }}) > 26
            then {{ dbt.concat(["substring(" ~ expr ~ ", 1, 26)", "trim(leading '0123456789' from substring(" ~ expr ~ ", 27))"]) }}
        else {{ expr }}
    end
{%- endmacro %}

{# A date, or an instant at midnight UTC, as YYYY-MM-DD; any other instant to the letter: which day it is would be a guess. #}
{% macro day_text(expr) -%}
    case
        when length({{ expr }}) > 10 and translate(substring({{ expr }}, 11), 'T0:. Z+-', '') = '' then substring({{ expr }}, 1, 10)
        else {{ expr }}
    end
{%- endmacro %}

{# The date an instant has in SCOREBOARD_TIMEZONE; a mere date stays the day it is. #}
{% macro local_day_text(expr) -%}
    case
        when length({{ expr }}) = 10 then {{ expr }}
        else coalesce(
            cast({{ local_date(_instant_or_null(expr)) }} as {{ dbt.type_string() }}),
            {{ expr }}
        )
    end
{%- endmacro %}

{# The instant a text spells, null where it spells none: it looks like none, or no calendar or clock has it. Vendors are mapped in DuckDB. #}
{% macro _instant_or_null(expr) -%}
    case
        when translate(substring({{ expr }}, 1, 19), '0123456789', '') in ('--T::', '-- ::') then try_cast({{ instant_text(expr) }} as timestamptz)
    end
{%- endmacro %}

{# A flag as true or false, null where it is null. #}
{% macro flag_text(expr) -%}
    case
        when lower({{ expr }}) in ('true', '1', 'yes', 't', 'y') then 'true'
        when lower({{ expr }}) in ('false', '0', 'no', 'f', 'n') then 'false'
        else {{ expr }}
    end
{%- endmacro %}

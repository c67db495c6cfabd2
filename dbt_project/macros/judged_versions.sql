{#
    Fate of every landed row that passed the door (CONTRACT section 2, "Row rules" and "Versions").

    rows      relation of typed rows with lineage (_row_id, _feed, _batch, _ordinal, _content_hash, ...)
    key       the entity's key column
    rules     [(rule, condition, reason expression)] in the contract's order, judged before orphan_key
    parents   [(column, relation of current parents, what a parent is called)]
    joins     SQL joined to `landed_rows` for the rules' conditions; must not multiply rows
    columns   [(expression, name)] taken along from the joins

    Adds `rule` and `reason` (null unless quarantined) and `fate`:
    current | replaced | deduplicated | quarantined.
#}
{% macro judged_versions(rows, key, rules=[], parents=[], joins="", columns=[]) %}
with

landed_rows as (

    select * from {{ rows }}

),

judged as (

    select
        landed_rows.*,
        {% for expression, name in columns %}
        {{ expression }} as {{ name }},
        {% endfor %}
        {% if rules or parents %}
        case
            {% for rule, condition, reason in rules %}
            when {{ condition }} then '{{ rule }}'
            {% endfor %}
            {% for column, relation, noun in parents %}
            when parent_{{ loop.index }}.{{ column }} is null then 'orphan_key'
            {% endfor %}
        end as broken_rule,
        case
            {% for rule, condition, reason in rules %}
            when {{ condition }} then {{ reason }}
            {% endfor %}
            {% for column, relation, noun in parents %}
            when parent_{{ loop.index }}.{{ column }} is null
                then {{ dbt.concat(["'" ~ column ~ " '", "landed_rows." ~ column, "' is no valid " ~ noun ~ "'"]) }}
            {% endfor %}
        end as broken_reason
        {% else %}
        cast(null as {{ dbt.type_string() }}) as broken_rule,
        cast(null as {{ dbt.type_string() }}) as broken_reason
        {% endif %}

    from landed_rows
    {% for column, relation, noun in parents %}
    left join {{ relation }} as parent_{{ loop.index }}
        on landed_rows.{{ column }} = parent_{{ loop.index }}.{{ column }}
    {% endfor %}
    {{ joins }}

),

ranked as (

    -- only rows that broke no rule are versions of one another
    select
        judged.*,
        row_number() over (
            partition by {{ key }}, updated_at, broken_rule is null
            order by _feed, _batch, _ordinal
        ) as landed_rank,
        first_value(_content_hash) over (
            partition by {{ key }}, updated_at, broken_rule is null
            order by _feed, _batch, _ordinal
        ) as first_content_hash,
        max(case when broken_rule is null then updated_at end) over (
            partition by {{ key }}
        ) as newest_updated_at

    from judged

),

decided as (

    select
        ranked.*,
        case
            when broken_rule is not null then broken_rule
            when landed_rank > 1 and _content_hash <> first_content_hash then 'conflicting_duplicate'
        end as rule,
        case
            when broken_rule is not null then broken_reason
            when landed_rank > 1 and _content_hash <> first_content_hash
                then {{ dbt.concat(["'another row of " ~ key ~ " '", key, "' with the same updated_at landed before, with other content'"]) }}
        end as reason

    from ranked

)

select
    decided.*,
    case
        when rule is not null then 'quarantined'
        when landed_rank > 1 then 'deduplicated'
        when updated_at = newest_updated_at then 'current'
        else 'replaced'
    end as fate

from decided
{% endmacro %}

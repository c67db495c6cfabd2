{#
    Merges of one object followed to their end: (merged_id, surviving_id). A record that lost a merge is in the recycle bin
    and names its master; that may have lost one since. Twenty merges in a row are more than anybody makes.
#}
{% macro salesforce_survivors(shape) -%}
    with recursive

    named as (

        select
            id,
            master_record_id,
            row_number() over (partition by id order by version_at desc, _landing_order desc) as place

        from {{ source('salesforce', shape) }}
        where is_gone and master_record_id is not null

    ),

    merged as (

        select
            id,
            master_record_id

        from named
        where place = 1

    ),

    followed as (

        select
            id as merged_id,
            master_record_id as surviving_id,
            1 as steps

        from merged

        union all

        select
            followed.merged_id,
            merged.master_record_id as surviving_id,
            followed.steps + 1 as steps

        from followed
        inner join merged on followed.surviving_id = merged.id
        where followed.steps < 20

    ),

    ranked as (

        select
            merged_id,
            surviving_id,
            row_number() over (partition by merged_id order by steps desc) as place

        from followed

    )

    select
        merged_id,
        surviving_id

    from ranked
    where place = 1
{%- endmacro %}

{# Whether a text is one of an option's, which are written `one, two, three`. #}
{% macro salesforce_listed(option, expr) -%}
    position(
        {{ dbt.concat(["','", expr, "','"]) }}
        in {{ dbt.concat(["','", "replace(" ~ mapping_option('salesforce', option, "''") ~ ", ', ', ',')", "','"]) }}
    ) > 0
{%- endmacro %}

{# Where a staged row comes from: a model's last columns, of one relation where several are joined. #}
{% macro salesforce_lineage(relation="") -%}
    {%- set of = relation ~ "." if relation else "" -%}
    {{ of }}source_relation,
    {{ of }}_run_id,
    {{ of }}_file,
    {{ of }}_row_number,
    {{ of }}_landed_at,
    {{ of }}_landing_order
{%- endmacro %}

-- One row per landed version of a project (the unit an award audits) that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'projects') }}

),

renamed as (

    select
        -- ids
        project_id,

        -- texts
        project_name,
        company_name,
        city,
        state,
        country,

        -- instants
        updated_at,

        -- lineage
        source_relation,
        _row_id,
        _feed,
        _batch,
        _ordinal,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _content_hash

    from source

)

select * from renamed

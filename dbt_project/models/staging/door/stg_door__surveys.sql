-- One row per landed version of a survey that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'surveys') }}

),

renamed as (

    select
        -- ids
        survey_id,
        project_id,

        -- texts
        survey_name,
        kind,

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

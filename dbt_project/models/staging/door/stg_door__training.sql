-- One row per landed version of a training record that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'training') }}

),

renamed as (

    select
        -- ids
        record_id,
        employee_id,
        course_id,

        -- texts
        program,

        -- numbers
        score,

        -- dates, local
        passed_on,
        expires_on,

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

-- One row per landed version of a contact that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'contacts') }}

),

renamed as (

    select
        -- ids
        contact_id,
        account_id,

        -- texts
        full_name,
        job_title,
        email,
        buying_role,

        -- flags
        is_active,

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

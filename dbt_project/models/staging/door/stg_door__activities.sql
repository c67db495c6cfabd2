-- One row per landed version of a activity that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'activities') }}

),

renamed as (

    select
        -- ids
        activity_id,
        account_id,
        contact_id,
        employee_id,

        -- texts
        kind,

        -- flags
        is_inbound,

        -- instants
        occurred_at,
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

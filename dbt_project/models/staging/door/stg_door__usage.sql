-- One row per landed version of a usage row (account, product and month) that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'usage') }}

),

renamed as (

    select
        -- ids
        usage_id,
        account_id,
        product_id,

        -- numbers
        licensed_seats,
        active_seats,
        features_available,
        features_used,

        -- dates, local
        month,

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

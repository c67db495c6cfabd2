-- One row per landed version of a opportunity that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'opportunities') }}

),

renamed as (

    select
        -- ids
        opportunity_id,
        account_id,

        -- texts
        kind,
        stage,
        currency,

        -- numbers
        amount,

        -- flags
        is_closed,
        is_won,

        -- dates, local
        created_on,
        close_date,

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

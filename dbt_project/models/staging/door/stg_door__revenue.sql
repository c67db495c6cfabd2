-- One row per landed version of a revenue row that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'revenue') }}

),

renamed as (

    select
        -- ids
        revenue_id,
        account_id,

        -- texts
        currency,

        -- numbers
        amount,
        cost_to_serve,

        -- dates, local
        recognised_on,

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

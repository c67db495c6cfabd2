-- One row per landed version of a revenue row that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'files__revenue') }}

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
        _row_id,
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

-- One row per landed version of a account that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'accounts') }}

),

renamed as (

    select
        -- ids
        account_id,
        parent_account_id,
        account_manager_id,
        executive_sponsor_id,

        -- texts
        account_name,
        industry,
        region,
        country,
        lifecycle_stage,
        strategic_reason,

        -- flags
        is_strategic,

        -- dates, local
        customer_since,
        churned_on,

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

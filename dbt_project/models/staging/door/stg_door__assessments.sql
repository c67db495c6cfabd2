-- One row per landed version of a staff assessment of an account that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'assessments') }}

),

renamed as (

    select
        -- ids
        assessment_id,
        account_id,
        employee_id,

        -- texts
        note,

        -- numbers
        engagement_rating,
        usage_rating,

        -- instants
        assessed_at,
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

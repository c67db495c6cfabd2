-- One row per landed version of a staff assessment of an account that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'files__assessments') }}

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

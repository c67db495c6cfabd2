-- One row per landed version of a survey invitation that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'invitations') }}

),

renamed as (

    select
        -- ids
        invitation_id,
        survey_id,
        contact_id,
        employee_id,
        account_id,

        -- instants
        sent_at,
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

-- One row per landed version of a survey response that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'responses') }}

),

renamed as (

    select
        -- ids
        response_id,
        survey_id,
        invitation_id,
        contact_id,
        employee_id,
        account_id,
        ticket_id,
        agent_id,
        team_id,

        -- texts
        respondent_type,
        channel,
        wave,

        -- flags
        is_complete,

        -- instants
        responded_at,
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

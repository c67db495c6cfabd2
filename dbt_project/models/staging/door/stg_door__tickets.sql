-- One row per landed version of a ticket that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'tickets') }}

),

renamed as (

    select
        -- ids
        ticket_id,
        account_id,
        contact_id,
        project_id,
        assignee_id,
        team_id,

        -- texts
        channel,
        cause,
        priority,
        status,

        -- numbers
        reopen_count,
        reply_count,

        -- instants
        created_at,
        first_replied_at,
        solved_at,
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

-- One row per landed version of a answer that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'answers') }}

),

renamed as (

    select
        -- ids
        answer_id,
        response_id,
        question_id,

        -- texts
        comment,

        -- numbers
        value,

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

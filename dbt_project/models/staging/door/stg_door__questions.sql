-- One row per landed version of a survey question that passed the door; types were settled there.
with

source as (

    select * from {{ source('landed', 'questions') }}

),

renamed as (

    select
        -- ids
        question_id,
        survey_id,
        scale_id,

        -- texts
        question_text,
        measure,
        category,
        touchpoint,

        -- numbers
        weight,

        -- flags
        counts_for_award,

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

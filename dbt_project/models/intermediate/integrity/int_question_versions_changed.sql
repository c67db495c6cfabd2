-- One row per question and change of its wording or scale, from one valid version to the next, up to as-of.
with

versions as (

    select
        question_id,
        updated_at,
        question_text,
        scale_id,
        lag(question_text) over (partition by question_id order by updated_at) as text_before,
        lag(scale_id) over (partition by question_id order by updated_at) as scale_before
    from {{ ref('int_questions_judged') }}
    -- what was refused never asked anybody anything; what landed twice is one version
    where fate in ('current', 'replaced')

)

select
    question_id,
    updated_at as changed_at,
    {{ local_date("updated_at") }} as changed_date,
    case
        when text_before = question_text then 'scale'
        when scale_before = scale_id then 'wording'
        else 'wording_and_scale'
    end as change,
    text_before,
    question_text as text_after,
    scale_before,
    scale_id as scale_after

from versions
-- the first version changed nothing
where text_before is not null
    and (text_before <> question_text or scale_before <> scale_id)
    and {{ local_date("updated_at") }} <= {{ as_of_date() }}

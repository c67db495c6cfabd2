-- One row per option that a question offers, with the number it is recoded to and whether it is left out of the analysis.
with

-- one that was deleted since still says what was answered with it
landed_options as (

    select
        source_relation,
        survey_id,
        question_id,
        key,
        recode_value,
        text,
        cast(null as {{ dbt.type_string() }}) as is_analyzed
    from {{ source('qualtrics', 'question_option') }}

),

-- of what has statements the API calls these choices and the options answers
served_options as (

    select
        source_relation,
        survey_id,
        question_id,
        key,
        text
    from {{ source('qualtrics', 'question_choice') }}
    where is_current and coalesce(question_type, '') not in ('Matrix', 'Slider', 'CS')
    union all
    select
        source_relation,
        survey_id,
        question_id,
        key,
        text
    from {{ source('qualtrics', 'question_answer') }}
    where is_current

),

-- the API names recodes only where they differ from the option's key
served_recoded as (

    select
        served_options.source_relation,
        served_options.survey_id,
        served_options.question_id,
        served_options.key,
        coalesce(recodes.recode_value, served_options.key) as recode_value,
        served_options.text,
        analysis.is_analyzed
    from served_options
    left join {{ source('qualtrics', 'question_recode') }} as recodes
        on
        served_options.source_relation = recodes.source_relation
        and served_options.survey_id = recodes.survey_id
        and served_options.question_id = recodes.question_id
        and served_options.key = recodes.key
        and recodes.is_current
    left join {{ source('qualtrics', 'question_analysis') }} as analysis
        on
        served_options.source_relation = analysis.source_relation
        and served_options.survey_id = analysis.survey_id
        and served_options.question_id = analysis.question_id
        and served_options.key = analysis.key
        and analysis.is_current

),

options as (

    select * from landed_options
    union all
    select * from served_recoded

)

select
    source_relation,
    survey_id,
    question_id,
    key,
    recode_value,
    text,
    -- where nobody says whether it is analysed, its text tells
    coalesce(
        case
            when is_analyzed is not null then lower(is_analyzed) in ('no', 'false', '0')
            else
                position(
                    ';' || lower(trim(text)) || ';'
                    in ';' || lower({{ mapping_option('qualtrics', 'not_applicable_texts', "''") }}) || ';'
                ) > 0
        end,
        false
    ) as is_not_applicable
from options

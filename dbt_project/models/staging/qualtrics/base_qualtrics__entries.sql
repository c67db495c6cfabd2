/*
    One row per landed answer entry of every version of a response: of which question it is, of which statement of a matrix
    and of which loop, and whether it is a value, a text or an NPS group. Where the API packs all of this into one name
    (`2_QID8_1_TEXT`), Fivetran has columns.
*/
with

entries as (

    select
        *,
        position('QID' in question_id) as starts_at
    from {{ source('qualtrics', 'question_response') }}
    where not is_gone

),

-- embedded data stand among the API's answers and may have QID in their names, too
answers as (

    select * from entries
    where
        starts_at > 0
        and substring(question_id, starts_at + 3, 1) between '0' and '9'
        and (starts_at = 1 or substring(question_id, starts_at - 1, 1) = '_')

),

split as (

    select
        *,
        split_part(substring(question_id, starts_at), '_', 1) as base_id,
        substring(question_id, starts_at + length(split_part(substring(question_id, starts_at), '_', 1)) + 1) as ending,
        coalesce(
            nullif(loop_id, ''),
            case when starts_at > 1 then trim(leading 'x' from trim(trailing '_' from substring(question_id, 1, starts_at - 1))) end
        ) as loop_number
    from answers

)

select
    source_relation,
    response_id,
    version_at,
    is_current,
    base_id,
    loop_number,
    coalesce(
        nullif(sub_question_key, ''),
        nullif(
            case
                when ending in ('TEXT', 'NPS_GROUP') then ''
                when ending like '%\_TEXT' escape '\' then substring(ending, 1, length(ending) - 5)
                else ending
            end,
            ''
        )
    ) as sub_key,
    case
        when ending = 'NPS_GROUP' then 'group'
        when ending = 'TEXT' or ending like '%\_TEXT' escape '\' then 'text'
        else 'value'
    end as entry_kind,
    nullif(question_option_key, '') as option_key,
    value,
    text,
    _run_id,
    _file,
    _row_number,
    _landed_at,
    _landing_order
from split
-- the order in which options were shown is no answer
where ending <> 'DO' and ending not like 'DO\_%' escape '\' and ending not like '%\_DO' escape '\'

-- One row per figure of a closed period that is not known now as it was first published, or as it is official: table, key, period, column.
-- Column `*` tells of whole rows that were added or removed; their figure is 'there' or null.
with

held_against as (

    select
        *,
        is_told_first and is_told_now and not {{ is_same_figure("first", "now") }} as is_other_than_first,
        is_told_official and is_told_now and not {{ is_same_figure("official", "now") }} as is_other_than_official
    from {{ ref('int_closed_figures_compared') }}

)

select
    table_name,
    row_key,
    quarter_start_date,
    award_year,
    column_name,
    figure_first as figure_first_published,
    figure_official,
    figure_now,
    number_now - number_first as difference,
    case
        when column_name <> '*' then 'changed'
        when figure_now is null then 'removed'
        else 'added'
    end as change,
    case
        when is_other_than_official then 'pending'
        else 'restated'
    end as status,
    first_published_version,
    first_published_at,
    case when not is_other_than_official then restated_at end as restated_at,
    case when not is_other_than_official then reason end as reason,
    case when not is_other_than_official then approved_by end as approved_by

from held_against
where is_other_than_first
    or is_other_than_official

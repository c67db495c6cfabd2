-- One row per project, category, award year and calendar quarter begun: how the award stood at the quarter's end, or stands as-of.
-- The last quarter of a closed year tells the outcome, as rpt_award_eligibility does.
with

expected as (

    select
        *,
        -- answers still to be expected if the rest of the year goes on as it has
        cast(response_count as {{ type_double() }}) / calendar_quarter * (4 - calendar_quarter) as expected_responses
    from {{ ref('int_award_running_measured') }}

)

select
    project_id,
    project_name,
    category,
    cast(award_year as bigint) as award_year,
    cast(calendar_quarter as bigint) as calendar_quarter,
    quarter_end_date,
    response_count,
    mean_score,
    waves,
    quarter_response_count,
    quarter_mean_score,
    cast(threshold as {{ type_double() }}) as threshold,
    cast(min_waves as bigint) as min_waves,
    case
        when response_count = 0 then 'no_data'
        when is_closed and calendar_quarter = 4
            then case when {{ at_least("mean_score", "threshold") }} and waves >= min_waves then 'eligible' else 'not_eligible' end
        when {{ at_least("mean_score", "threshold") }} and waves + quarters_to_come >= min_waves then 'on_track'
        else 'at_risk'
    end as running_status,
    case
        when expected_responses > 0 then
            (
                cast(threshold as {{ type_double() }}) * (response_count + expected_responses)
                - cast(score_sum as {{ type_double() }})
            ) / expected_responses
    end as needed_mean_rest_of_year

from expected

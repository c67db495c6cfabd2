-- One row per project, category and award year: the published rule applied, and how far it hangs on the conversion.
with

ruled as (

    select
        *,
        coalesce({{ at_least("mean_score", "threshold") }} and waves >= min_waves, false) as rule_pass,
        coalesce({{ at_least("mean_score_ratio", "threshold") }} and waves >= min_waves, false) as rule_pass_ratio,
        -- answers still to be expected if the rest of the year goes on as it has
        cast(response_count as {{ type_double() }}) / nullif(quarters_elapsed, 0) * (4 - quarters_elapsed) as expected_responses
    from {{ ref('int_award_measured') }}

)

select
    *,
    case
        when response_count = 0 then 'no_data'
        when is_closed and rule_pass then 'eligible'
        when is_closed then 'not_eligible'
        when {{ at_least("mean_score", "threshold") }} and waves + quarters_to_come >= min_waves then 'on_track'
        else 'at_risk'
    end as status,
    case
        when expected_responses > 0 then
            (
                cast(threshold as {{ type_double() }}) * (response_count + expected_responses)
                - cast(score_sum as {{ type_double() }})
            ) / expected_responses
    end as needed_mean_rest_of_year,
    rule_pass <> rule_pass_ratio as decision_depends_on_conversion

from ruled

-- One row per gap with its two-sided interval: Welch (1947) between two groups, one-sample t against a target.
-- No interval where a group has fewer than two answers.
with

freedoms as (

    select
        *,
        case
            when actual_error is null or reference_error is null then null
            when gap_kind = 'target' then actual_count - 1
            -- no variance on either side: any quantile will do, it is multiplied by 0
            when actual_error + reference_error = 0 then 1
            -- Welch-Satterthwaite, each error scaled by their sum so that small ones do not underflow
            else greatest(1, floor(
                    1.0 / (
                        (actual_error / (actual_error + reference_error)) * (actual_error / (actual_error + reference_error))
                        / (actual_count - 1)
                        + case
                            when reference_error = 0 then 0
                            else (reference_error / (actual_error + reference_error))
                                * (reference_error / (actual_error + reference_error)) / (reference_count - 1)
                        end
                    ) + {{ var("tolerance") }}
                ))
        end as degrees_of_freedom
    from {{ ref('int_gaps_measured') }}

)

select
    freedoms.*,
    freedoms.gap - {{ t_or_z("t_critical.t") }} * sqrt(freedoms.actual_error + freedoms.reference_error) as ci95_low,
    freedoms.gap + {{ t_or_z("t_critical.t") }} * sqrt(freedoms.actual_error + freedoms.reference_error) as ci95_high

from freedoms
-- left: the table ends at 120 degrees of freedom, beyond them the normal quantile holds
left join {{ ref('t_critical') }} as t_critical
    on freedoms.degrees_of_freedom = t_critical.df

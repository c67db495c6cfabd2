-- One row per quarter and agent or team: its mean drawn towards that of all, the more the less its answers say.
-- Empirical Bayes (Morris 1983): reliability is the share of the mean's variance that is real difference between agents.
with

means as (

    select
        means.quarter_start_date,
        means.reported_level,
        means.reported_id,
        means.mean_score,
        variances.variance_between,
        variances.variance_between + variances.variance_within / means.response_count as variance_of_mean
    from {{ ref('int_service_means') }} as means
    inner join {{ ref('int_service_variances') }} as variances
        on means.quarter_start_date = variances.quarter_start_date
        and means.reported_level = variances.reported_level

),

-- weights as shares of the largest: precisions themselves may be too large for the decimals they are added in
weighed as (

    select
        *,
        min(variance_of_mean) over (partition by quarter_start_date, reported_level) / nullif(variance_of_mean, 0) as weight
    from means

),

centres as (

    select
        quarter_start_date,
        reported_level,
        cast({{ exact_sum("weight * mean_score") }} as {{ type_double() }})
        / nullif(cast({{ exact_sum("weight") }} as {{ type_double() }}), 0) as centre
    from weighed
    group by quarter_start_date, reported_level

),

judged as (

    select
        weighed.*,
        centres.centre,
        case
            when weighed.variance_of_mean is null or weighed.variance_of_mean <= {{ var("smallest_variance") }} then null
            else weighed.variance_between / weighed.variance_of_mean
        end as reliability
    from weighed
    inner join centres
        on weighed.quarter_start_date = centres.quarter_start_date
        and weighed.reported_level = centres.reported_level

)

select
    quarter_start_date,
    reported_level,
    reported_id,
    reliability,
    case
        when variance_of_mean is null then null
        -- nothing varies: every mean is what it is
        when reliability is null then mean_score
        else reliability * mean_score + (1 - reliability) * centre
    end as shrunk_mean

from judged

-- One row per quarter: who was asked, who answered, and what the customers say of the whole: score, recommendation, effort.
with

responses as (

    -- a response to the recommendation question alone has no scored answer, yet it is a customer's
    select
        response_id,
        quarter_start_date
    from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null
        or exclusion_reason = 'no_scored_answer'

),

asked as (

    select
        responses.quarter_start_date,
        cast(sum(case when answers.measure = 'effort' then 1 else 0 end) as bigint) as effort_count,
        {{ exact_mean("case when answers.measure = 'effort' then answers.score_5pt end") }} as effort_score,
        cast(sum(case when answers.measure = 'recommendation' then 1 else 0 end) as bigint) as nps_count,
        sum(
            case when answers.measure = 'recommendation' and answers.value >= {{ var("nps_promoter_from") }} then 1 else 0 end
        ) as promoter_count,
        sum(
            case when answers.measure = 'recommendation' and answers.value <= {{ var("nps_detractor_to") }} then 1 else 0 end
        ) as detractor_count

    from responses
    inner join {{ ref('int_answers_scored') }} as answers
        on responses.response_id = answers.response_id
    where answers.value is not null
        and (
            answers.measure = 'effort'
            or (answers.measure = 'recommendation' and answers.scale_id = 'nps11')
        )
    group by responses.quarter_start_date

)

select
    quarters.quarter_start_date,
    coalesce(invitations.invitation_count, 0) as invitation_count,
    cast(invitations.answered_count as {{ type_double() }}) / invitations.invitation_count as response_rate,
    coalesce(scores.response_count, 0) as response_count,
    cast(scores.score_sum as {{ type_double() }}) / scores.response_count as mean_score,
    coalesce(asked.effort_count, 0) as effort_count,
    asked.effort_score,
    coalesce(asked.nps_count, 0) as nps_count,
    case
        when coalesce(asked.nps_count, 0) = 0 then null
        else {{ net_promoter_score("asked.promoter_count", "asked.detractor_count", "asked.nps_count") }}
    end as nps,
    case
        when coalesce(asked.nps_count, 0) = 0 then null
        else {{ net_promoter_low("asked.promoter_count", "asked.detractor_count", "asked.nps_count") }}
    end as nps_low,
    case
        when coalesce(asked.nps_count, 0) = 0 then null
        else {{ net_promoter_high("asked.promoter_count", "asked.detractor_count", "asked.nps_count") }}
    end as nps_high

from {{ ref('int_quarters') }} as quarters
-- left, three times: a quarter in which nobody was asked or nobody answered
left join {{ ref('int_invitations_grouped') }} as invitations
    on quarters.quarter_start_date = invitations.quarter_start_date
    and invitations.scope_type = 'global'
left join {{ ref('int_scores_grouped') }} as scores
    on quarters.quarter_start_date = scores.quarter_start_date
    and scores.scope_type = 'global'
    and scores.category = 'overall'
left join asked
    on quarters.quarter_start_date = asked.quarter_start_date

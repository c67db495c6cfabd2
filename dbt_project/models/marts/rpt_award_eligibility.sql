-- One row per project, category and award year: the published rule and its status; beside it, how good the evidence is.
with

policy as (

    {{ rule_periods(ref('evidence_policy')) }}

),

evidence as (

    select * from {{ ref('int_award_evidence_measured') }}

),

reasons as (

    select
        project_id,
        category,
        award_year,
        count(*) as reason_count,
        {{ dbt.listagg("reason", "', '", "order by reason") }} as reason_list
    from {{ ref('int_award_blocking_reasons') }}
    group by project_id, category, award_year

)

select
    evidence.project_id,
    evidence.project_name,
    evidence.company_name,
    evidence.category,
    cast(evidence.award_year as bigint) as award_year,
    evidence.response_count,
    evidence.mean_score,
    evidence.ci95_low,
    evidence.ci95_high,
    evidence.waves,
    cast(evidence.threshold as {{ type_double() }}) as threshold,
    cast(evidence.min_waves as bigint) as min_waves,
    evidence.rule_pass,
    evidence.status,
    evidence.needed_mean_rest_of_year,
    evidence.decision_depends_on_conversion,
    evidence.mean_score_ratio,
    evidence.invitation_count,
    evidence.answered_count,
    evidence.response_rate,
    evidence.largest_account_share,
    evidence.invitation_bias,
    case
        when evidence.response_count = 0 then 'D'
        when coalesce(reasons.reason_count, 0) <= policy.max_reasons_a then 'A'
        when reasons.reason_count <= policy.max_reasons_b then 'B'
        when reasons.reason_count <= policy.max_reasons_c then 'C'
        else 'D'
    end as evidence_grade,

    -- the one text that may be empty: an empty list, not an unknown one
    coalesce(reasons.reason_list, '') as blocking_reasons,
    times.times_received,
    coalesce(class_bounds.class_answer_count, 0) as class_answer_count,
    class_bounds.mean_low,
    class_bounds.mean_high,
    case
        when coalesce(class_bounds.class_answer_count, 0) = 0 then null
        when {{ at_least("class_bounds.mean_low", "evidence.threshold") }} then 'proven'
        when {{ below("class_bounds.mean_high", "evidence.threshold") }} then 'refuted'
        else 'open'
    end as bounds_verdict

from evidence
inner join policy
    on {{ in_force("policy", "make_date(evidence.award_year, 12, 31)") }}
left join reasons
    on evidence.project_id = reasons.project_id
    and evidence.category = reasons.category
    and evidence.award_year = reasons.award_year
inner join {{ ref('int_award_times_received') }} as times
    on evidence.project_id = times.recipient_key
    and times.is_own_project
    and times.award = 'nfsb'
    and evidence.award_year = times.award_year
-- left: without a vote there is nothing to bound
left join {{ ref('int_award_class_bounds') }} as class_bounds
    on evidence.project_id = class_bounds.project_id
    and evidence.category = class_bounds.category
    and evidence.award_year = class_bounds.award_year

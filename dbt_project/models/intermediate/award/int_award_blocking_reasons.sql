-- One row per project, category, award year and reason to doubt the evidence, by the policy of that year.
with

policy as (

    {{ rule_periods(ref('evidence_policy')) }}

),

measured as (

    select
        evidence.*,
        policy.min_responses,
        policy.min_response_rate,
        policy.max_account_share,
        policy.max_invitation_bias
    from {{ ref('int_award_evidence_measured') }} as evidence
    inner join policy
        on {{ in_force("policy", "make_date(evidence.award_year, 12, 31)") }}

)

select
    project_id,
    category,
    award_year,
    'too_few_responses' as reason
from measured
where response_count < min_responses

union all

-- unknown is a reason too: nobody can say who was asked
select
    project_id,
    category,
    award_year,
    'response_rate_unknown' as reason
from measured
where response_rate is null

union all

select
    project_id,
    category,
    award_year,
    'low_response_rate' as reason
from measured
where {{ below("response_rate", "min_response_rate") }}

union all

select
    project_id,
    category,
    award_year,
    'lower_bound_below_threshold' as reason
from measured
where ci95_low is null
    or {{ below("ci95_low", "threshold") }}

union all

select
    project_id,
    category,
    award_year,
    'one_account_dominates' as reason
from measured
where {{ below("max_account_share", "largest_account_share") }}

union all

select
    project_id,
    category,
    award_year,
    'invitation_bias' as reason
from measured
where {{ below("max_invitation_bias", "invitation_bias") }}

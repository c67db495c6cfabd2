-- What an auditor can count in rpt_award_evidence is what the rule was judged by.
{{ config(meta={"sentence": "the award evidence does not hold exactly the votes that the eligibility was judged by"}) }}
with

evidence as (

    select
        project_id,
        award_year,
        count(*) as votes,
        sum(award_score) / count(*) as mean_score
    from {{ known_now(ref('rpt_award_evidence')) }}
    where is_counted
    group by project_id, award_year

),

judged as (

    select
        project_id,
        award_year,
        response_count as votes,
        mean_score
    from {{ known_now(ref('rpt_award_eligibility')) }}
    where category = 'overall'

)

select
    coalesce(judged.project_id, evidence.project_id) as project_id,
    coalesce(judged.award_year, evidence.award_year) as award_year,
    judged.votes as votes_judged,
    evidence.votes as votes_in_evidence,
    judged.mean_score as mean_judged,
    evidence.mean_score as mean_in_evidence

from judged
full outer join evidence
    on judged.project_id = evidence.project_id
    and judged.award_year = evidence.award_year
where coalesce(judged.votes, 0) <> coalesce(evidence.votes, 0)
    or abs(judged.mean_score - evidence.mean_score) > 1e-9

-- A customer is heard in the quarters in which fct_satisfaction_quarterly has a score of it, with the same counts.
{{ config(meta={"sentence": "rpt_coverage and fct_satisfaction_quarterly disagree on which customers were heard"}) }}
select
    coverage.account_id,
    coverage.quarter_start_date
from {{ known_now(ref('rpt_coverage')) }} as coverage
left join {{ known_now(ref('fct_satisfaction_quarterly')) }} as scores
    on scores.scope_type = 'account'
    and scores.category = 'overall'
    and coverage.account_id = scores.scope_id
    and coverage.quarter_start_date = scores.quarter_start_date
where coverage.response_count <> coalesce(scores.response_count, 0)
    or coverage.respondent_count <> coalesce(scores.respondent_count, 0)
    or coverage.is_heard <> (scores.scope_id is not null)
    or coverage.invitation_count <> coalesce(scores.invitation_count, coverage.invitation_count)

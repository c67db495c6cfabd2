-- A closed eligible year is an award received: it stands among the recipients and counts in times_received.
{{ config(meta={"sentence": "a project was eligible for a closed year and is not among the recipients"}) }}
select
    eligibility.project_id,
    eligibility.award_year,
    eligibility.times_received
from {{ known_now(ref('rpt_award_eligibility')) }} as eligibility
left join {{ known_now(ref('rpt_award_recipients')) }} as recipients
    on eligibility.project_id = recipients.project_id
    and eligibility.award_year = recipients.award_year
    and recipients.award = 'nfsb'
where eligibility.category = 'overall'
    and eligibility.status = 'eligible'
    and (recipients.project_id is null or recipients.times_received <> eligibility.times_received)

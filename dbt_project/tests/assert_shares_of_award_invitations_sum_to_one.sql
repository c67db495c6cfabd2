-- Shares of one whole: a group that went missing would hide whom nobody asked.
{{ config(meta={"sentence": "the shares of rpt_award_invitations do not add up to 1 in a project, year and dimension"}) }}
select
    award_year,
    project_id,
    dimension,
    sum(eligible_share) as eligible_shares,
    sum(invited_share) as invited_shares
from {{ known_now(ref('rpt_award_invitations')) }}
group by award_year, project_id, dimension
having abs(sum(eligible_share) - 1) > 1e-9
    or abs(sum(invited_share) - 1) > 1e-9
    or (sum(eligible_count) > 0 and sum(eligible_share) is null)
    or (sum(invited_count) > 0 and sum(invited_share) is null)

-- Who took part and who did not add up to the rows of rpt_account_participants, for every account and quarter of a customer.
{{ config(meta={"sentence": "rpt_account_reviews counts other people than rpt_account_participants lists"}) }}
select
    reviews.account_id,
    reviews.quarter_start_date,
    reviews.participant_count,
    reviews.non_respondent_count,
    count(participants.contact_id) as listed_count
from {{ known_now(ref('rpt_account_reviews')) }} as reviews
left join {{ known_now(ref('rpt_account_participants')) }} as participants
    on reviews.account_id = participants.account_id
    and reviews.quarter_start_date = participants.quarter_start_date
group by reviews.account_id, reviews.quarter_start_date, reviews.participant_count, reviews.non_respondent_count
having reviews.participant_count + reviews.non_respondent_count <> count(participants.contact_id)

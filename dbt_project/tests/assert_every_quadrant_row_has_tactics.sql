-- A quadrant without a tactic tells an account team nothing.
{{ config(
    meta={"sentence": "quadrant_tactics.csv: no tactic is in force for a quadrant in a quarter; add a row with an earlier valid_from"}
) }}
select
    quadrants.account_id,
    quadrants.quarter_start_date,
    quadrants.quadrant
from {{ known_now(ref('fct_account_quadrants')) }} as quadrants
left join {{ known_now(ref('rpt_quadrant_tactics')) }} as tactics
    on quadrants.account_id = tactics.account_id
    and quadrants.quarter_start_date = tactics.quarter_start_date
where tactics.account_id is null

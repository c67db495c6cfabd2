-- In every quarter in which anybody brings revenue. A share is null only where nobody does.
{{ config(meta={"sentence": "the accounts' shares of a quarter's revenue do not sum to 1"}) }}
select
    quarter_start_date,
    sum(case when revenue_t4q > 0 then revenue_share end) as share_of_all
from {{ known_now(ref('fct_account_tiers')) }}
group by quarter_start_date
having max(revenue_t4q) > 0
    and (
        abs(sum(case when revenue_t4q > 0 then revenue_share else 0 end) - 1) > 1e-9
        or count(*) <> count(revenue_share)
    )

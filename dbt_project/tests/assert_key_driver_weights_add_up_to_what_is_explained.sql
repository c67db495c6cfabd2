{{ config(meta={"sentence": "the weights of a scope's key drivers do not add up to the variance they explain"}) }}
-- Weights divide r2 among the drivers, and every driver that takes part has a row.
select
    quarter_start_date,
    scope_type,
    scope_id
from {{ known_now(ref('rpt_key_drivers')) }}
group by quarter_start_date, scope_type, scope_id
having abs(sum(cast(relative_weight as decimal(20, 15))) - max(r2)) > {{ var("tolerance") }}
    or count(*) <> max(driver_count)
    or min(driver_count) <> max(driver_count)
    or min(response_count) <> max(response_count)
    or abs(sum(cast(rescaled_weight as decimal(20, 15))) - 1) > {{ var("tolerance") }}

-- Silence is counted, not forgotten: each key account stands once in the coverage of its quarter, heard or not heard.
{{ config(meta={"sentence": "a key account of a quarter is not exactly once either heard or silent"}) }}
with

sides as (

    select
        tiers.account_id,
        tiers.quarter_start_date,
        sum(case when coverage.is_heard then 1 else 0 end) as heard,
        sum(case when not coverage.is_heard then 1 else 0 end) as silent

    from {{ known_now(ref('fct_account_tiers')) }} as tiers
    left join {{ known_now(ref('rpt_coverage')) }} as coverage
        on tiers.account_id = coverage.account_id
        and tiers.quarter_start_date = coverage.quarter_start_date
        and coverage.account_tier = 'key'
    where tiers.account_tier = 'key'
    group by tiers.account_id, tiers.quarter_start_date

)

select *
from sides
where heard + silent <> 1

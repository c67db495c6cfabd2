-- Per role, the customers of all employees and those that name nobody are the customers of the quarter.
{{ config(meta={"sentence": "the customers of managers or sponsors and those without one do not add up to the quarter's customers"}) }}
with

loads as (

    select
        quarter_start_date,
        sum(case when role = 'account_manager' then account_count else 0 end) as managed,
        max(case when role = 'account_manager' then account_count end) as managed_most,
        sum(case when role = 'account_manager' and not is_within_limit then 1 else 0 end) as managers_over_limit,
        sum(case when role = 'executive_sponsor' and not is_within_limit then 1 else 0 end) as sponsors_over_limit,
        sum(case when role = 'executive_sponsor' then key_account_count else 0 end) as key_accounts_sponsored
    from {{ known_now(ref('rpt_relationship_load')) }}
    group by quarter_start_date

),

tiers as (

    select
        quarter_start_date,
        count(*) as customers,
        sum(case when account_tier = 'key' then 1 else 0 end) as key_accounts
    from {{ known_now(ref('fct_account_tiers')) }}
    group by quarter_start_date

)

select programme.quarter_start_date

from {{ known_now(ref('rpt_program_kpis')) }} as programme
left join loads
    on programme.quarter_start_date = loads.quarter_start_date
left join tiers
    on programme.quarter_start_date = tiers.quarter_start_date
where programme.customer_count <> coalesce(tiers.customers, 0)
    or coalesce(loads.managed, 0) + programme.accounts_without_manager <> programme.customer_count
    or coalesce(loads.managed_most, 0) <> coalesce(programme.accounts_per_manager_max, 0)
    or coalesce(loads.managers_over_limit, 0) <> programme.managers_over_limit
    or coalesce(loads.sponsors_over_limit, 0) <> programme.sponsors_over_limit
    or coalesce(loads.key_accounts_sponsored, 0) + programme.key_accounts_without_sponsor <> coalesce(tiers.key_accounts, 0)

-- One row per quarter: how many customers managers and sponsors carry, who carries too many, which customers have nobody.
with

loads as (

    select
        quarter_start_date,
        max(case when role = 'account_manager' then account_count end) as accounts_per_manager_max,
        cast(sum(case when role = 'account_manager' and not is_within_limit then 1 else 0 end) as bigint) as managers_over_limit,
        cast(sum(case when role = 'executive_sponsor' and not is_within_limit then 1 else 0 end) as bigint) as sponsors_over_limit
    from {{ ref('int_relationship_loads') }}
    group by quarter_start_date

),

left_alone as (

    select
        quarter_start_date,
        cast(sum(case when role = 'account_manager' then 1 else 0 end) as bigint) as accounts_without_manager,
        cast(
            sum(case when role = 'executive_sponsor' and account_tier = 'key' then 1 else 0 end) as bigint
        ) as key_accounts_without_sponsor
    from {{ ref('int_account_relationships') }}
    where employee_id is null
    group by quarter_start_date

)

select
    quarters.quarter_start_date,
    loads.accounts_per_manager_max,
    coalesce(loads.managers_over_limit, 0) as managers_over_limit,
    coalesce(left_alone.accounts_without_manager, 0) as accounts_without_manager,
    coalesce(loads.sponsors_over_limit, 0) as sponsors_over_limit,
    coalesce(left_alone.key_accounts_without_sponsor, 0) as key_accounts_without_sponsor

from {{ ref('int_quarters') }} as quarters
-- left, twice: no customer names anybody, or every customer does
left join loads
    on quarters.quarter_start_date = loads.quarter_start_date
left join left_alone
    on quarters.quarter_start_date = left_alone.quarter_start_date

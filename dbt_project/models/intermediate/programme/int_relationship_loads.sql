-- One row per quarter, role and employee that a customer names in it: how many customers, and how many are too many.
with

targets as (

    {{ rule_periods(ref('kpi_targets'), parts=["kpi"]) }}

),

limited_roles as (

    select
        'account_manager' as role,
        'accounts_per_manager' as kpi
    union all
    select
        'executive_sponsor' as role,
        'accounts_per_sponsor' as kpi

),

loads as (

    select
        quarter_start_date,
        last_day,
        role,
        employee_id,
        cast(count(*) as bigint) as account_count,
        cast(sum(case when account_tier = 'key' then 1 else 0 end) as bigint) as key_account_count,
        cast(sum(revenue_t4q) as decimal(38, 16)) as revenue_t4q
    from {{ ref('int_account_relationships') }}
    where employee_id is not null
    group by quarter_start_date, last_day, role, employee_id

)

select
    loads.quarter_start_date,
    loads.role,
    loads.employee_id,
    loads.account_count,
    loads.key_account_count,
    loads.revenue_t4q,
    targets.target_high as limit_high,
    loads.account_count <= targets.target_high as is_within_limit

from loads
inner join limited_roles
    on loads.role = limited_roles.role
inner join targets
    on limited_roles.kpi = targets.kpi
    and {{ in_force("targets", "loads.last_day") }}

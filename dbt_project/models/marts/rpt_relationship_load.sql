-- One row per quarter, role and employee who is named by a customer of that quarter.
select
    loads.quarter_start_date,
    loads.role,
    loads.employee_id,
    employees.full_name as employee_name,
    loads.account_count,
    loads.key_account_count,
    cast(loads.revenue_t4q as {{ type_double() }}) as revenue_t4q,
    cast(loads.limit_high as {{ type_double() }}) as limit_high,
    loads.is_within_limit

from {{ ref('int_relationship_loads') }} as loads
-- left: the CRM may name somebody it does not know
left join {{ ref('int_employees_current') }} as employees
    on loads.employee_id = employees.employee_id

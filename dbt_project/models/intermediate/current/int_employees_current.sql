-- One row per employee: the version in force.
select * from {{ ref('int_employees_judged') }}
where fate = 'current'

-- One row per revenue row: the version in force.
select * from {{ ref('int_revenue_judged') }}
where fate = 'current'

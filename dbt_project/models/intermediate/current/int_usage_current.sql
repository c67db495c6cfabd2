-- One row per usage row: the version in force.
select * from {{ ref('int_usage_judged') }}
where fate = 'current'

-- One row per project: the version in force.
select * from {{ ref('int_projects_judged') }}
where fate = 'current'

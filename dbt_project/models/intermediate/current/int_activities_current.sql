-- One row per activity: the version in force.
select * from {{ ref('int_activities_judged') }}
where fate = 'current'

-- One row per survey: the version in force.
select * from {{ ref('int_surveys_judged') }}
where fate = 'current'

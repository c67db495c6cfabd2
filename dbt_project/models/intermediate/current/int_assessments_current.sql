-- One row per staff assessment of an account: the version in force.
select * from {{ ref('int_assessments_judged') }}
where fate = 'current'

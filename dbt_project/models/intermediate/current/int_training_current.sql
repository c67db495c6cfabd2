-- One row per training record: the version in force.
select * from {{ ref('int_training_judged') }}
where fate = 'current'

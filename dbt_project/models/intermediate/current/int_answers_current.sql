-- One row per answer: the version in force.
select * from {{ ref('int_answers_judged') }}
where fate = 'current'

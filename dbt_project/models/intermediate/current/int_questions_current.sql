-- One row per survey question: the version in force.
select * from {{ ref('int_questions_judged') }}
where fate = 'current'

-- One row per survey response: the version in force.
select * from {{ ref('int_responses_judged') }}
where fate = 'current'

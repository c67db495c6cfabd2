-- One row per opportunity: the version in force.
select * from {{ ref('int_opportunities_judged') }}
where fate = 'current'

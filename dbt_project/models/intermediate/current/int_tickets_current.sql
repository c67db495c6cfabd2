-- One row per ticket: the version in force.
select * from {{ ref('int_tickets_judged') }}
where fate = 'current'

-- One row per survey invitation: the version in force.
select * from {{ ref('int_invitations_judged') }}
where fate = 'current'

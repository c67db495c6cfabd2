-- One row per contact: the version in force.
select * from {{ ref('int_contacts_judged') }}
where fate = 'current'

-- One row per account: the version in force.
select * from {{ ref('int_accounts_judged') }}
where fate = 'current'

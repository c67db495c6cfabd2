-- One row per category a score is given for: everything together, then the award's four.
select 'overall' as category
union all
select 'technical_support'
union all
select 'field_service'
union all
select 'customer_service'
union all
select 'account_management'

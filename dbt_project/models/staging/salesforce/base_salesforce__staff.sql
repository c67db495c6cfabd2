-- One row per user who is a person of ours: no portal user, no integration, no automated process.
with

users as (

    select * from {{ source('salesforce', 'user') }}

),

staff as (

    select id as user_id
    from users
    where is_current and coalesce(user_type, 'Standard') = 'Standard'
    group by id

)

select * from staff

-- One row per version of a user who is a person of ours; the team is the user's role in the hierarchy unless mapped.
with

users as (

    select * from {{ source('salesforce', 'user') }}
    where not is_gone

),

roles as (

    select
        id,
        max(name) as name

    from {{ source('salesforce', 'user_role') }}
    where is_current
    group by id

),

staged as (

    select
        users.id as employee_id,
        users.name as full_name,
        users.title as job_title,
        users.team_id,
        coalesce({{ mapped('salesforce', 'employees', 'team_name', 'users.team_name') }}, roles.name) as team_name,
        {{ mapped('salesforce', 'employees', 'function', 'users.function') }} as function,
        users.email,
        {{ flag_text('users.is_active') }} as is_active,
        {{ instant_text('users.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('users') }}

    from users
    inner join {{ ref('base_salesforce__staff') }} as staff
        on users.id = staff.user_id
    left join roles
        on users.team_id = roles.id

)

select * from staged

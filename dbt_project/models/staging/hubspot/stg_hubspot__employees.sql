-- One row per version of an owner, deactivated ones included, in the main team of that owner.
with

owners as (

    select * from {{ source('hubspot', 'owner') }}
    where not is_gone

),

team_names as (

    select * from {{ source('hubspot', 'team') }}
    where is_current

),

users as (

    select
        owner_id,
        max(job_title) as job_title,
        max(function) as function_of_user
    from {{ source('hubspot', 'user') }}
    where is_current and owner_id is not null
    group by owner_id

),

teams_ranked as (

    select
        owner_team.owner_id,
        owner_team.team_id,
        coalesce(owner_team.team_name, team_names.name) as team_name,
        row_number() over (
            partition by owner_team.owner_id
            order by
                case when lower(owner_team.is_primary) in ('true', '1', 't') then 1 else 2 end,
                length(owner_team.team_id),
                owner_team.team_id
        ) as place
    from {{ source('hubspot', 'owner_team') }} as owner_team
    left join team_names on owner_team.team_id = team_names.id
    where owner_team.is_current

),

gathered as (

    select
        owners.*,
        users.job_title,
        teams_ranked.team_id,
        teams_ranked.team_name,
        {{ mapped('hubspot', 'employees', 'function', 'users.function_of_user') }} as function_of_user,
        {{ mapped('hubspot', 'employees', 'function', 'teams_ranked.team_name') }} as function_of_team,
        {{ flag_text('owners.is_archived') }} as archived,
        {{ flag_text('owners.is_active') }} as active
    from owners
    left join users on owners.id = users.owner_id
    left join teams_ranked
        on owners.id = teams_ranked.owner_id
        and teams_ranked.place = 1

),

mapped as (

    select
        gathered.id as employee_id,
        {{ hubspot_full_name('gathered') }} as full_name,
        gathered.job_title,
        gathered.team_id,
        gathered.team_name,
        -- a team that the mapping file says nothing of tells no function
        coalesce(
            gathered.function_of_user,
            case
                when gathered.function_of_team <> gathered.team_name then gathered.function_of_team
            end
        ) as function,
        gathered.email,
        coalesce(gathered.active, case gathered.archived when 'true' then 'false' else 'true' end) as is_active,
        {{ instant_text('gathered.updated_at') }} as updated_at,
        {{ hubspot_lineage('gathered') }}
    from gathered

)

select * from mapped

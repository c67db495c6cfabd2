-- Who each user is in the CRM, and whether an agent. Who has left is among them: old tickets and ratings still name them.
with

users as (

    select
        source_relation,
        id,
        external_id,
        role,
        row_number() over (
            partition by source_relation, record_key
            order by version_at desc, _landing_order desc
        ) as newest_first
    from {{ source('zendesk', 'user') }}
    where id is not null

)

select
    source_relation,
    id as user_id,
    nullif(trim(external_id), '') as person_id,
    coalesce(role in ('agent', 'admin'), false) as is_agent

from users
where newest_first = 1

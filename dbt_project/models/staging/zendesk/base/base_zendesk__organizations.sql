-- The account each organisation stands for: the CRM's id it carries, or its own (option account_key: id).
with

organizations as (

    select
        source_relation,
        id,
        external_id,
        row_number() over (
            partition by source_relation, record_key
            order by version_at desc, _landing_order desc
        ) as newest_first
    from {{ source('zendesk', 'organization') }}
    where id is not null

)

select
    source_relation,
    id as organization_id,
    case
        when {{ mapping_option('zendesk', 'account_key', "'external_id'") }} = 'id' then id
        else nullif(trim(external_id), '')
    end as account_id

from organizations
where newest_first = 1

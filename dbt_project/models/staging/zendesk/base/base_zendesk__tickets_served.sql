-- One row per ticket, as it is now: whose it is, for what is said about it (ratings, surveys).
select
    tickets.source_relation,
    tickets.id as ticket_id,
    tickets.channel,
    tickets.requester_id,
    organizations.account_id,
    requesters.person_id as contact_id

from {{ ref('base_zendesk__ticket_versions') }} as tickets
left join {{ ref('base_zendesk__organizations') }} as organizations
    on tickets.source_relation = organizations.source_relation
    and tickets.organization_id = organizations.organization_id
left join {{ ref('base_zendesk__users') }} as requesters
    on tickets.source_relation = requesters.source_relation
    and tickets.requester_id = requesters.user_id
where tickets.is_newest

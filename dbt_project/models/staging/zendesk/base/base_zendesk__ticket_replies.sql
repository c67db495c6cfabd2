-- Public answers of agents per ticket. What stands in the ticket from the start is its description, also where an agent
-- opened it for a customer, and is no reply.
with

comments as (

    select
        comment.source_relation,
        comment.ticket_id,
        {{ instant_text('comment.created_at') }} as created_at,
        {{ dbt.safe_cast(instant_text('comment.created_at'), 'timestamptz') }} as created_instant,
        coalesce({{ flag_text('comment.is_public') }}, 'false') = 'true' and coalesce(users.is_agent, false) as is_reply

    from {{ source('zendesk', 'ticket_comment') }} as comment
    left join {{ ref('base_zendesk__users') }} as users
        on
        comment.source_relation = users.source_relation
        and comment.author_id = users.user_id
    where
        comment.is_current
        and coalesce(comment.event_type, 'Comment') = 'Comment'

),

placed as (

    select
        comments.*,
        comments.is_reply and comments.created_instant > tickets.opened_instant as is_counted
    from comments
    inner join (
        select
            source_relation,
            id as ticket_id,
            {{ dbt.safe_cast(instant_text('created_at'), 'timestamptz') }} as opened_instant
        from {{ ref('base_zendesk__ticket_versions') }}
        where is_newest
    ) as tickets
        on
        comments.source_relation = tickets.source_relation
        and comments.ticket_id = tickets.ticket_id

),

ranked as (

    select
        placed.*,
        row_number() over (
            partition by placed.source_relation, placed.ticket_id, placed.is_counted
            order by placed.created_instant
        ) as place
    from placed

)

select
    source_relation,
    ticket_id,
    max(case when is_counted and place = 1 then created_at end) as first_replied_at,
    sum(case when is_counted then 1 else 0 end) as reply_count

from ranked
group by source_relation, ticket_id

-- Public answers of agents per ticket. What stands in the ticket from the start is its description, also where an agent
-- opened it for a customer, and is no reply.
with

opened as (

    select
        source_relation,
        id as ticket_id,
        {{ dbt.safe_cast(instant_text('created_at'), 'timestamptz') }} as opened_instant
    from {{ ref('base_zendesk__ticket_versions') }}
    where is_newest

),

comments as (

    select
        source_relation,
        ticket_id,
        author_id,
        {{ instant_text('created_at') }} as created_at,
        {{ dbt.safe_cast(instant_text('created_at'), 'timestamptz') }} as created_instant,
        coalesce({{ flag_text('is_public') }}, 'false') = 'true' as is_public

    from {{ source('zendesk', 'ticket_comment') }}
    where
        is_current
        and coalesce(event_type, 'Comment') = 'Comment'

),

judged as (

    select
        comments.source_relation,
        comments.ticket_id,
        comments.created_at,
        comments.created_instant,
        comments.is_public
        and coalesce(users.is_agent, false)
        and comments.created_instant > opened.opened_instant as is_reply

    from comments
    inner join opened
        on comments.source_relation = opened.source_relation
        and comments.ticket_id = opened.ticket_id
    left join {{ ref('base_zendesk__users') }} as users
        on comments.source_relation = users.source_relation
        and comments.author_id = users.user_id

),

ranked as (

    select
        source_relation,
        ticket_id,
        created_at,
        is_reply,
        row_number() over (
            partition by source_relation, ticket_id, is_reply
            order by created_instant
        ) as place
    from judged

)

select
    source_relation,
    ticket_id,
    max(case when is_reply and place = 1 then created_at end) as first_replied_at,
    sum(case when is_reply then 1 else 0 end) as reply_count

from ranked
group by source_relation, ticket_id

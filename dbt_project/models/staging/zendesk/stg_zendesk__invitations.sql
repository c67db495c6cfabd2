-- One row per ticket whose requester was asked: an offered legacy rating (an answered one was offered too), or a newer
-- survey that was sent. What was never offered is no invitation; one about a ticket that never landed names no account,
-- and the door says so.
with

ratings as (

    select
        ratings.*,
        row_number() over (
            partition by ratings.source_relation, ratings.ticket_id
            order by {{ dbt.safe_cast('first_at', 'timestamptz') }}, ratings._landing_order
        ) as place
    from {{ ref('base_zendesk__ratings') }} as ratings
    where ratings.score <> 'unoffered'

),

asked as (

    select
        source_relation,
        response_id as invitation_id,
        'satisfaction_rating' as survey_id,
        ticket_id,
        first_at as sent_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from ratings
    where place = 1

    union all

    select
        source_relation,
        invitation_id,
        survey_id,
        ticket_id,
        sent_at,
        _run_id,
        _file,
        _row_number,
        _landed_at,
        _landing_order
    from {{ ref('base_zendesk__survey_offers') }}

)

select
    asked.invitation_id,
    asked.survey_id,
    tickets.contact_id,
    cast(null as {{ dbt.type_string() }}) as employee_id,
    tickets.account_id,
    asked.sent_at,
    asked.sent_at as updated_at,
    asked.source_relation,
    asked._run_id,
    asked._file,
    asked._row_number,
    asked._landed_at,
    asked._landing_order

from asked
left join {{ ref('base_zendesk__tickets_served') }} as tickets
    on asked.source_relation = tickets.source_relation
    and asked.ticket_id = tickets.ticket_id

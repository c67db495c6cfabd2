-- One row per ticket and newer survey that was sent about it, from the ticket's audits, the first time it was sent.
with

answered as (

    select
        source_relation,
        ticket_id,
        min(survey_id) as survey_id
    from {{ ref('base_zendesk__survey_responses') }}
    group by source_relation, ticket_id

),

offers as (

    select
        events.source_relation,
        events.ticket_id,
        coalesce(events.survey_id, answered.survey_id) as survey_id,
        events.changed_at as sent_at,
        events.changed_instant,
        events._run_id,
        events._file,
        events._row_number,
        events._landed_at,
        events._landing_order
    from {{ ref('base_zendesk__field_changes') }} as events
    -- an offer that does not name its survey is known by the answer it got
    left join answered
        on events.source_relation = answered.source_relation
        and events.ticket_id = answered.ticket_id
    left join {{ ref('base_zendesk__tickets_gone') }} as tickets_gone
        on events.source_relation = tickets_gone.source_relation
        and events.ticket_id = tickets_gone.ticket_id
    where
        events.event_type = 'SurveyOffered'
        and tickets_gone.ticket_id is null

),

ranked as (

    select
        offers.*,
        row_number() over (
            partition by offers.source_relation, offers.ticket_id, offers.survey_id
            order by offers.changed_instant
        ) as place
    from offers

)

select
    source_relation,
    ticket_id,
    survey_id,
    case
        when survey_id is not null
            then {{ dbt.concat(["survey_id", "':'", "ticket_id"]) }}
        else {{ dbt.concat(["'survey:'", "ticket_id"]) }}
    end as invitation_id,
    sent_at,
    _run_id,
    _file,
    _row_number,
    _landed_at,
    _landing_order

from ranked
where place = 1

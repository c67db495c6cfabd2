-- One row per change of a ticket's field, from an audit's events or a loader's history.
select
    source_relation,
    ticket_id,
    event_id,
    event_type,
    field_name,
    value,
    value_id,
    survey_id,
    survey_response_id,
    {{ instant_text('changed_at') }} as changed_at,
    {{ dbt.safe_cast(instant_text('changed_at'), 'timestamptz') }} as changed_instant,
    -- a loader's history has no events: it tells nothing but changes
    event_type is null as is_history,
    _run_id,
    _file,
    _row_number,
    _landed_at,
    _landing_order

from {{ source('zendesk', 'ticket_field_history') }}
where is_current

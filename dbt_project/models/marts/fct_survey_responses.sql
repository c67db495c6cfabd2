-- One row per survey response, counted or not, with the reason.
select
    response_id,
    survey_id,
    project_id,
    invitation_id,
    respondent_type,
    contact_id,
    employee_id,
    account_id,
    ticket_id,
    agent_id,
    team_id,
    channel,
    wave,
    responded_at,
    quarter_start_date,
    overall_score,
    exclusion_reason is null as is_counted,
    exclusion_reason,
    _file as source_file,
    _row_number as source_row_number,
    _run_id as source_run_id,
    _content_hash as content_hash,
    source_relation

from {{ ref('int_responses_excluded') }}

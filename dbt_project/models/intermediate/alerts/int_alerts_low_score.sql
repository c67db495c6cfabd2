-- One row per counted response whose overall score is at or below the limit.
select
    rules.rule_id,
    responses.response_id as subject_id,
    responses.account_id,
    responses.contact_id,
    responses.quarter_start_date,
    responses.responded_at as opened_at,
    {{ dbt.concat([
        "'gave us an overall score of '", printed("responses.overall_score"), "' of 5 on '", as_text("responses.responded_date"),
        "' ('", "coalesce(contacts.full_name, 'an unnamed contact')", "', response '", "responses.response_id", "'); '",
        printed("rules.threshold"), "' or less calls for action.'",
    ]) }} as finding

from {{ ref('int_responses_excluded') }} as responses
inner join {{ ref('int_alert_rules_in_force') }} as rules
    on rules.rule_id = 'low_score'
    and responses.quarter_start_date = rules.quarter_start_date
-- left: a response may name no contact, or one the CRM does not know
left join {{ ref('int_contacts_current') }} as contacts
    on responses.contact_id = contacts.contact_id
where responses.exclusion_reason is null
    and {{ at_least("rules.threshold", "responses.overall_score") }}

-- One row per alert that some rule finds, customer or not. A quarter rule asks every quarter and opens at the midnight that
-- ends its last day; a row rule asks every row up to as-of and opens at the row's own instant. `period` is part of the alert's id.
with

found_in_quarters as (

    {% for rule in [
        "score_drop", "silent_key_account", "moved_to_risky_business", "opportunity_seats", "blind_spot_key_account",
        "unprofitable_marginal",
    ] %}
        select
            rule_id,
            subject_id,
            account_id,
            contact_id,
            quarter_start_date,
            finding
        from {{ ref('int_alerts_' ~ rule) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

found_in_rows as (

    {% for rule in ["low_score", "ticket_reopened", "action_alert_answer", "decision_maker_left", "opportunity_expansion"] %}
        select
            rule_id,
            subject_id,
            account_id,
            contact_id,
            quarter_start_date,
            opened_at,
            finding
        from {{ ref('int_alerts_' ~ rule) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    found_in_quarters.rule_id,
    found_in_quarters.subject_id,
    {{ as_text("found_in_quarters.quarter_start_date") }} as period,
    found_in_quarters.account_id,
    found_in_quarters.contact_id,
    found_in_quarters.quarter_start_date,
    quarters.last_day as asked_on,
    {{ local_midnight("cast(quarters.last_day + 1 as date)") }} as opened_at,
    cast(quarters.last_day + 1 as date) as opened_date,
    quarters.quarter_end_date > {{ as_of_date() }} as is_provisional,
    found_in_quarters.finding

from found_in_quarters
inner join {{ ref('int_quarters') }} as quarters
    on found_in_quarters.quarter_start_date = quarters.quarter_start_date

union all

select
    rule_id,
    subject_id,
    subject_id as period,
    account_id,
    contact_id,
    quarter_start_date,
    {{ local_date("opened_at") }} as asked_on,
    opened_at,
    {{ local_date("opened_at") }} as opened_date,
    false as is_provisional,
    finding

from found_in_rows
where {{ local_date("opened_at") }} <= {{ as_of_date() }}

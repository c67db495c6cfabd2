-- One row per account and quarter in which it was a customer: heard or silent, by whom, and whom we know there.
select
    account_id,
    quarter_start_date,
    response_count,
    respondent_count,
    is_heard,
    invitation_count,
    is_invited,
    account_tier,
    service_tier,
    cast(revenue_t4q as {{ type_double() }}) as revenue_t4q,
    decision_makers_heard,
    recommenders_heard,
    influencers_heard,
    others_heard,
    is_decision_maker_heard,
    known_contacts,
    contacts_in_touch,
    is_single_threaded,
    decision_makers_left,
    last_heard_date,
    last_activity_date,
    is_silent_key_account

from {{ ref('int_account_coverage') }}

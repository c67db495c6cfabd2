-- One row per account and quarter of a customer: whether and by whom it was heard, whom we know there, whether it fell silent.
with

rules as (

    {{ rule_periods(ref('alert_rules'), parts=["rule_id"]) }}

),

accounts as (

    select
        tiers.*,
        rules.threshold as silent_days
    from {{ ref('int_account_quarters_tiered') }} as tiers
    -- left: without the rule, or without its days, no account is called silent
    left join rules
        on rules.rule_id = 'silent_key_account'
        and {{ in_force("rules", "tiers.last_day") }}

),

covered as (

    select
        accounts.account_id,
        accounts.quarter_start_date,
        accounts.quarter_index,
        accounts.last_day,
        accounts.account_tier,
        accounts.service_tier,
        accounts.revenue_t4q,
        accounts.silent_days,
        coalesce(scores.response_count, 0) as response_count,
        coalesce(scores.respondent_count, 0) as respondent_count,
        coalesce(invitations.invitation_count, 0) as invitation_count,
        coalesce(roles_heard.decision_makers_heard, 0) as decision_makers_heard,
        coalesce(roles_heard.recommenders_heard, 0) as recommenders_heard,
        coalesce(roles_heard.influencers_heard, 0) as influencers_heard,
        coalesce(roles_heard.others_heard, 0) as others_heard,
        contacts.known_contacts,
        contacts.contacts_in_touch,
        contacts.decision_makers_left,
        last_touches.last_heard_date,
        last_touches.last_activity_date

    from accounts
    inner join {{ ref('int_account_contacts') }} as contacts
        on accounts.account_id = contacts.account_id
        and accounts.quarter_start_date = contacts.quarter_start_date
    inner join {{ ref('int_account_last_touches') }} as last_touches
        on accounts.account_id = last_touches.account_id
        and accounts.quarter_start_date = last_touches.quarter_start_date
    -- left, the rest: an account nobody heard or asked in the quarter is what this table is there to show
    left join {{ ref('int_scores_grouped') }} as scores
        on scores.scope_type = 'account'
        and scores.category = 'overall'
        and accounts.account_id = scores.scope_id
        and accounts.quarter_start_date = scores.quarter_start_date
    left join {{ ref('int_invitations_grouped') }} as invitations
        on invitations.scope_type = 'account'
        and accounts.account_id = invitations.scope_id
        and accounts.quarter_start_date = invitations.quarter_start_date
    left join {{ ref('int_account_roles_heard') }} as roles_heard
        on accounts.account_id = roles_heard.account_id
        and accounts.quarter_start_date = roles_heard.quarter_start_date

),

aged as (

    select
        *,
        {{ dbt.datediff("last_heard_date", "last_day", "day") }} as days_unheard,
        {{ dbt.datediff("last_activity_date", "last_day", "day") }} as days_unmet
    from covered

)

select
    account_id,
    quarter_start_date,
    quarter_index,
    last_day,
    account_tier,
    service_tier,
    revenue_t4q,
    response_count,
    respondent_count,
    response_count > 0 as is_heard,
    invitation_count,
    invitation_count > 0 as is_invited,
    decision_makers_heard,
    recommenders_heard,
    influencers_heard,
    others_heard,
    decision_makers_heard > 0 as is_decision_maker_heard,
    known_contacts,
    contacts_in_touch,
    contacts_in_touch = 1 as is_single_threaded,
    decision_makers_left,
    last_heard_date,
    last_activity_date,
    case
        when silent_days is null or account_tier <> 'key' then false
        -- a date as many days back as the rule says is silence already
        else coalesce(days_unheard >= silent_days, true) and coalesce(days_unmet >= silent_days, true)
    end as is_silent_key_account

from aged

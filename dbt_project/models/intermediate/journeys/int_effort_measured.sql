-- One row per account and quarter in which its customers told their effort or opened a ticket: asked and observed effort.
with

responses as (

    select * from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null
        or exclusion_reason = 'no_scored_answer'

),

effort_answers as (

    select * from {{ ref('int_answers_scored') }}
    where measure = 'effort'
        and value is not null

),

asked as (

    select
        responses.account_id,
        responses.quarter_start_date,
        {{ exact_mean("effort_answers.score_5pt") }} as asked_effort,
        cast(count(*) as bigint) as asked_count
    from responses
    inner join effort_answers
        on responses.response_id = effort_answers.response_id
    group by responses.account_id, responses.quarter_start_date

),

observed as (

    select
        account_id,
        quarter_start_date,
        cast(count(*) as bigint) as ticket_count,
        cast(sum(reopen_count) as {{ type_double() }}) / count(*) as reopens_per_ticket,
        cast(sum(reply_count) as {{ type_double() }}) / nullif(count(reply_count), 0) as replies_per_ticket,
        cast(sum(handoff_count) as {{ type_double() }}) / count(*) as handoffs_per_ticket,
        cast(sum(case when is_channel_switch then 1 else 0 end) as {{ type_double() }}) / count(*) as channel_switches_per_ticket
    from {{ ref('int_tickets_observed') }}
    group by account_id, quarter_start_date

)

select
    coalesce(asked.account_id, observed.account_id) as account_id,
    coalesce(asked.quarter_start_date, observed.quarter_start_date) as quarter_start_date,
    asked.asked_effort,
    coalesce(asked.asked_count, 0) as asked_count,
    coalesce(observed.ticket_count, 0) as ticket_count,
    observed.reopens_per_ticket,
    observed.replies_per_ticket,
    observed.handoffs_per_ticket,
    observed.channel_switches_per_ticket

from asked
full outer join observed
    on asked.account_id = observed.account_id
    and asked.quarter_start_date = observed.quarter_start_date

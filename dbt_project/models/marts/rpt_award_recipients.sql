-- One row per recipient, award and year: the history on record, and our own projects of closed eligible years.
with

recorded as (

    select
        recipient_key,
        is_own_project,
        project_id,
        recipient_name,
        location,
        award,
        award_year
    from {{ ref('int_award_history_named') }}

),

earned as (

    select
        judged.project_id as recipient_key,
        true as is_own_project,
        judged.project_id,
        {{ own_recipient("judged") }} as recipient_name,
        {{ own_location("judged") }} as location,
        'nfsb' as award,
        judged.award_year
    from {{ ref('int_award_judged') }} as judged
    -- what the award's giver has announced needs no second row
    left join recorded
        on judged.project_id = recorded.project_id
        and recorded.award = 'nfsb'
        and judged.award_year = recorded.award_year
    where judged.category = 'overall'
        and judged.status = 'eligible'
        and recorded.project_id is null

),

recipients as (

    select * from recorded
    union all
    select * from earned

)

select
    recipients.recipient_name,
    recipients.location,
    recipients.award,
    cast(recipients.award_year as bigint) as award_year,
    times.times_received,
    recipients.project_id

from recipients
inner join {{ ref('int_award_times_received') }} as times
    on recipients.recipient_key = times.recipient_key
    and recipients.is_own_project = times.is_own_project
    and recipients.award = times.award
    and recipients.award_year = times.award_year

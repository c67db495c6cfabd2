-- One row per account, quarter and contact who took part in a survey of the account or was invited to one.
with

invited as (

    select distinct
        account_id,
        quarter_start_date,
        contact_id
    from {{ ref('int_invitations_answered') }}
    where contact_id is not null

),

people as (

    select
        account_id,
        quarter_start_date,
        contact_id
    from invited
    union
    select
        account_id,
        quarter_start_date,
        contact_id
    from {{ ref('int_participants_heard') }}

),

joined as (

    select
        people.account_id,
        people.quarter_start_date,
        people.contact_id,
        invited.contact_id is not null as is_invited,
        heard.contact_id is not null as took_part,
        coalesce(heard.response_count, 0) as response_count,
        heard.mean_score,
        heard.lowest_category,
        heard.lowest_category_score,
        heard.comments
    from people
    -- left, both: who was invited may not have answered, and who answered may not have been invited
    left join invited
        on people.account_id = invited.account_id
        and people.quarter_start_date = invited.quarter_start_date
        and people.contact_id = invited.contact_id
    left join {{ ref('int_participants_heard') }} as heard
        on people.account_id = heard.account_id
        and people.quarter_start_date = heard.quarter_start_date
        and people.contact_id = heard.contact_id

)

select
    *,
    -- the latest earlier quarter in which the person took part, however long ago
    max(case when took_part then quarter_start_date end) over (
        partition by account_id, contact_id
        order by quarter_start_date
        rows between unbounded preceding and 1 preceding
    ) as previous_quarter_start_date

from joined

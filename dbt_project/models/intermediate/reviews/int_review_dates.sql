-- One row per account and quarter of a customer: when its executives should meet next.
with

cadence as (

    {{ rule_periods(ref('review_cadence'), parts=["service_tier"]) }}

),

reviews as (

    select
        account_id,
        {{ local_date("occurred_at") }} as review_date
    from {{ ref('int_activities_current') }}
    where kind = 'executive_review'

),

last_reviews as (

    select
        tiers.account_id,
        tiers.quarter_start_date,
        max(reviews.review_date) as last_review_date
    from {{ ref('int_account_quarters_tiered') }} as tiers
    inner join reviews
        on tiers.account_id = reviews.account_id
        and tiers.last_day >= reviews.review_date
    group by tiers.account_id, tiers.quarter_start_date

)

select
    tiers.account_id,
    tiers.quarter_start_date,
    last_reviews.last_review_date,
    cast(coalesce(last_reviews.last_review_date, tiers.last_day) + cadence.days_between as date) as next_review_date

from {{ ref('int_account_quarters_tiered') }} as tiers
inner join cadence
    on tiers.service_tier = cadence.service_tier
    and {{ in_force("cadence", "tiers.last_day") }}
-- left: an account that never had a review is due so many days after the quarter
left join last_reviews
    on tiers.account_id = last_reviews.account_id
    and tiers.quarter_start_date = last_reviews.quarter_start_date

-- One row per account and quarter from its first one as a customer: the tier of that quarter, or, where it was no customer
-- on the quarter's last day, the last tier before. What was raised while it still was a customer keeps its weight so.
with

tiers as (

    select
        account_id,
        quarter_index,
        account_tier,
        service_tier,
        lead(quarter_index) over (partition by account_id order by quarter_index) as next_quarter_index
    from {{ ref('int_account_quarters_tiered') }}

)

select
    tiers.account_id,
    quarters.quarter_start_date,
    tiers.account_tier,
    tiers.service_tier

from tiers
inner join {{ ref('int_quarters') }} as quarters
    on tiers.quarter_index <= quarters.quarter_index
    and (tiers.next_quarter_index is null or tiers.next_quarter_index > quarters.quarter_index)

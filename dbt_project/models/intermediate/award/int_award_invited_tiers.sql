-- One row per project, award year and account tier: how many accounts were customers, were invited and answered.
-- A year's customers are those of the last quarter that starts in it; invited strangers stand under not_a_customer.
with

invited_accounts as (

    select
        project_id,
        cast(extract(year from sent_date) as integer) as award_year,
        account_id,
        max(case when is_answered then 1 else 0 end) as is_answered
    from {{ ref('int_invitations_answered') }}
    group by project_id, extract(year from sent_date), account_id

),

year_quarters as (

    select
        cast(extract(year from quarter_start_date) as integer) as award_year,
        max(quarter_start_date) as quarter_start_date
    from {{ ref('int_quarters') }}
    group by extract(year from quarter_start_date)

),

customers as (

    select
        year_quarters.award_year,
        account_tiers.account_id,
        account_tiers.account_tier
    from {{ ref('int_account_quarters_tiered') }} as account_tiers
    inner join year_quarters
        on account_tiers.quarter_start_date = year_quarters.quarter_start_date

),

project_years as (

    select distinct
        project_id,
        award_year
    from invited_accounts

),

concerned as (

    select
        project_years.project_id,
        project_years.award_year,
        customers.account_tier as group_id,
        1 as is_eligible,
        0 as is_invited,
        0 as is_answered
    from project_years
    inner join customers
        on project_years.award_year = customers.award_year

    union all

    select
        invited_accounts.project_id,
        invited_accounts.award_year,
        coalesce(customers.account_tier, 'not_a_customer') as group_id,
        0 as is_eligible,
        1 as is_invited,
        invited_accounts.is_answered
    from invited_accounts
    left join customers
        on invited_accounts.account_id = customers.account_id
        and invited_accounts.award_year = customers.award_year

)

select
    project_id,
    award_year,
    group_id,
    cast(sum(is_eligible) as bigint) as eligible_count,
    cast(sum(is_invited) as bigint) as invited_count,
    cast(sum(is_answered) as bigint) as answered_count

from concerned
group by project_id, award_year, group_id

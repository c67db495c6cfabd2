-- One row per project, category and award year: how far the votes can be trusted, measured beside the rule and never inside it.
with

judged as (

    select * from {{ ref('int_award_judged') }}

),

votes_by_account as (

    select
        project_id,
        category,
        award_year,
        account_id,
        count(*) as votes
    from {{ ref('int_award_responses') }}
    group by project_id, category, award_year, account_id

),

largest_accounts as (

    select
        project_id,
        category,
        award_year,
        max(votes) as largest_account_votes
    from votes_by_account
    group by project_id, category, award_year

),

invitations as (

    select
        project_id,
        cast(extract(year from sent_date) as integer) as award_year,
        account_id,
        is_answered
    from {{ ref('int_invitations_answered') }}

),

invitation_counts as (

    select
        project_id,
        award_year,
        count(*) as invitation_count,
        sum(case when is_answered then 1 else 0 end) as answered_count
    from invitations
    group by project_id, award_year

),

year_quarters as (

    -- a year's customers are those of the last quarter that starts in it
    select
        extract(year from quarter_start_date) as award_year,
        max(quarter_start_date) as quarter_start_date
    from {{ ref('int_quarters') }}
    group by extract(year from quarter_start_date)

),

tiers as (

    select
        year_quarters.award_year,
        account_tiers.account_id,
        account_tiers.account_tier
    from {{ ref('int_account_quarters_tiered') }} as account_tiers
    inner join year_quarters
        on account_tiers.quarter_start_date = year_quarters.quarter_start_date

),

customers_by_tier as (

    select
        award_year,
        account_tier,
        count(*) as customers,
        sum(count(*)) over (partition by award_year) as all_customers
    from tiers
    group by award_year, account_tier

),

invited_accounts as (

    select distinct
        project_id,
        award_year,
        account_id
    from invitations

),

invited_by_tier as (

    select
        invited_accounts.project_id,
        invited_accounts.award_year,
        tiers.account_tier,
        count(*) as invited,
        sum(count(*)) over (partition by invited_accounts.project_id, invited_accounts.award_year) as all_invited
    from invited_accounts
    inner join tiers
        on invited_accounts.account_id = tiers.account_id
        and invited_accounts.award_year = tiers.award_year
    group by invited_accounts.project_id, invited_accounts.award_year, tiers.account_tier

),

inviting_projects as (

    select distinct
        project_id,
        award_year
    from invited_by_tier

),

tier_shares as (

    -- every tier among the customers, whether anybody of it was invited or not
    select
        inviting_projects.project_id,
        customers_by_tier.award_year,
        cast(customers_by_tier.customers as {{ type_double() }}) / customers_by_tier.all_customers as customer_share,
        coalesce(cast(invited_by_tier.invited as {{ type_double() }}) / invited_by_tier.all_invited, 0) as invited_share
    from inviting_projects
    inner join customers_by_tier
        on inviting_projects.award_year = customers_by_tier.award_year
    left join invited_by_tier
        on inviting_projects.project_id = invited_by_tier.project_id
        and customers_by_tier.award_year = invited_by_tier.award_year
        and customers_by_tier.account_tier = invited_by_tier.account_tier

),

invitation_biases as (

    -- total variation distance between the tiers of the invited accounts and those of all customers: 0 alike, 1 disjoint
    select
        project_id,
        award_year,
        {{ exact_mean("abs(invited_share - customer_share)") }} * count(*) / 2 as invitation_bias
    from tier_shares
    group by project_id, award_year

),

deviations as (

    select
        judged.*,
        {{ sample_variance("judged.response_count", "judged.spread_sum", "judged.spread_square_sum") }} as variance
    from judged

)

select
    deviations.*,
    deviations.mean_score
    - {{ t_or_z("t_critical.t") }} * sqrt(deviations.variance / nullif(deviations.response_count, 0)) as ci95_low,
    deviations.mean_score
    + {{ t_or_z("t_critical.t") }} * sqrt(deviations.variance / nullif(deviations.response_count, 0)) as ci95_high,
    cast(coalesce(invitation_counts.invitation_count, 0) as bigint) as invitation_count,
    cast(coalesce(invitation_counts.answered_count, 0) as bigint) as answered_count,
    cast(invitation_counts.answered_count as {{ type_double() }}) / invitation_counts.invitation_count as response_rate,
    cast(largest_accounts.largest_account_votes as {{ type_double() }})
    / nullif(deviations.response_count, 0) as largest_account_share,
    invitation_biases.invitation_bias

from deviations
left join {{ ref('t_critical') }} as t_critical
    on deviations.response_count - 1 = t_critical.df
left join largest_accounts
    on deviations.project_id = largest_accounts.project_id
    and deviations.category = largest_accounts.category
    and deviations.award_year = largest_accounts.award_year
left join invitation_counts
    on deviations.project_id = invitation_counts.project_id
    and deviations.award_year = invitation_counts.award_year
left join invitation_biases
    on deviations.project_id = invitation_biases.project_id
    and deviations.award_year = invitation_biases.award_year

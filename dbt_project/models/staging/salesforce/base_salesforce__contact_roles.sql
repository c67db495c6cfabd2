-- One row per contact who plays a buying role at an account or in a deal: the most deciding one of those named.
with

at_accounts as (

    select
        contact_id,
        role

    from {{ source('salesforce', 'account_contact_role') }}
    where is_current and role is not null

),

in_deals as (

    select
        contact_id,
        role

    from {{ source('salesforce', 'opportunity_contact_role') }}
    where is_current and role is not null

),

named as (

    select * from at_accounts
    union all
    select * from in_deals

),

mapped as (

    select
        coalesce(survivors.surviving_id, named.contact_id) as contact_id,
        {{ mapped('salesforce', 'contacts', 'buying_role', 'named.role') }} as buying_role

    from named
    left join {{ ref('base_salesforce__contact_survivors') }} as survivors
        on named.contact_id = survivors.merged_id

),

ranked as (

    select
        contact_id,
        buying_role,
        row_number() over (
            partition by contact_id
            order by
                case buying_role
                    when 'decision_maker' then 1
                    when 'recommender' then 2
                    when 'influencer' then 3
                    else 4
                end,
                buying_role
        ) as place

    from mapped
    where buying_role is not null

),

strongest as (

    select
        contact_id,
        buying_role

    from ranked
    where place = 1

)

select * from strongest

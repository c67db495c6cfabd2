-- One row per counted response and per activity of an account up to as-of: the days on which the two sides met.
with

activities as (

    select
        account_id,
        contact_id,
        {{ local_date("occurred_at") }} as touch_date
    from {{ ref('int_activities_current') }}

),

touches as (

    select
        account_id,
        contact_id,
        'response' as touch_kind,
        responded_date as touch_date
    from {{ ref('int_responses_excluded') }}
    where exclusion_reason is null

    union all

    select
        account_id,
        contact_id,
        'activity' as touch_kind,
        touch_date
    from activities
    where touch_date <= {{ as_of_date() }}

)

select
    account_id,
    contact_id,
    touch_kind,
    touch_date,
    {{ quarter_start("touch_date") }} as quarter_start_date,
    {{ quarter_index(quarter_start("touch_date")) }} as quarter_index

from touches

-- One row per version of a task that was done or an event, if it belongs to a customer: tasks still to be done, to-dos of
-- the seller alone, activities with leads, the copies of an event for its invitees and the patterns of a series give none;
-- nor does what has become one of these, though a version of it was none.
with

tasks as (

    select
        id,
        account_id,
        who_id,
        what_id,
        owner_id,
        coalesce(kind, subtype) as kind,
        direction,
        coalesce(occurred_at, created_date) as occurred_at,
        system_modstamp,
        is_current,
        {{ salesforce_lineage() }}

    from {{ source('salesforce', 'task') }}
    where
        not is_gone
        and coalesce({{ flag_text('is_closed') }}, 'true') <> 'false'
        and coalesce({{ flag_text('is_recurrence') }}, 'false') <> 'true'

),

events as (

    select
        id,
        account_id,
        who_id,
        what_id,
        owner_id,
        coalesce(kind, subtype) as kind,
        direction,
        occurred_at,
        system_modstamp,
        is_current,
        {{ salesforce_lineage() }}

    from {{ source('salesforce', 'event') }}
    where
        not is_gone
        and coalesce({{ flag_text('is_child') }}, 'false') <> 'true'
        and coalesce({{ flag_text('is_recurrence') }}, 'false') <> 'true'

),

done as (

    select * from tasks
    union all
    select * from events

),

related as (

    select
        done.id,
        coalesce(done.account_id, about.account_id, people.account_id) as account_id,
        people.contact_id,
        staff.user_id as employee_id,
        done.kind,
        done.direction,
        done.occurred_at,
        done.system_modstamp,
        done.is_current,
        {{ salesforce_lineage('done') }}

    from done
    left join {{ ref('base_salesforce__related_accounts') }} as about
        on done.what_id = about.id
    left join {{ ref('base_salesforce__related_accounts') }} as people
        on done.who_id = people.id
    left join {{ ref('base_salesforce__staff') }} as staff
        on done.owner_id = staff.user_id
    where
        (done.kind is null or not {{ salesforce_listed('not_activities', 'done.kind') }})
        and coalesce(done.account_id, about.account_id, people.account_id) is not null

),

done_by_now as (

    select distinct id from related
    where is_current

),

staged as (

    select
        related.id as activity_id,
        coalesce(survivors.surviving_id, related.account_id) as account_id,
        related.contact_id,
        related.employee_id,
        {{ mapped('salesforce', 'activities', 'kind', 'related.kind') }} as kind,
        {{ flag_text(mapped('salesforce', 'activities', 'is_inbound', 'related.direction')) }} as is_inbound,
        {{ instant_text('related.occurred_at') }} as occurred_at,
        {{ instant_text('related.system_modstamp') }} as updated_at,
        {{ salesforce_lineage('related') }}

    from related
    inner join done_by_now on related.id = done_by_now.id
    left join {{ ref('base_salesforce__account_survivors') }} as survivors
        on related.account_id = survivors.merged_id

)

select * from staged

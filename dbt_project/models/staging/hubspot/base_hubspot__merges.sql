-- One row per record merged into another: the record that lives on in its place, at the end of the chain.
with recursive

survivors as (

    select
        'company' as record_type,
        id,
        plain_id,
        merged_ids
    from {{ source('hubspot', 'company') }}
    where is_current and merged_ids is not null

    union all

    select
        'contact' as record_type,
        id,
        plain_id,
        merged_ids
    from {{ source('hubspot', 'contact') }}
    where is_current and merged_ids is not null

    union all

    select
        'deal' as record_type,
        id,
        plain_id,
        merged_ids
    from {{ source('hubspot', 'deal') }}
    where is_current and merged_ids is not null

    union all

    select
        'ticket' as record_type,
        id,
        plain_id,
        merged_ids
    from {{ source('hubspot', 'ticket') }}
    where is_current and merged_ids is not null

),

-- the list taken apart, an id a round; what follows a colon is the instant of an old merge
pieces as (

    select
        record_type,
        id as survivor_id,
        substring(id, 1, length(id) - length(plain_id)) as id_prefix,
        '' as piece,
        {{ dbt.concat(["merged_ids", "';'"]) }} as rest
    from survivors

    union all

    select
        record_type,
        survivor_id,
        id_prefix,
        trim({{ dbt.split_part("substring(rest, 1, position(';' in rest) - 1)", "':'", 1) }}) as piece,
        substring(rest, position(';' in rest) + 1) as rest
    from pieces
    where position(';' in rest) > 0

),

swallowed as (

    select
        record_type,
        {{ dbt.concat(["id_prefix", "piece"]) }} as merged_id,
        survivor_id
    from pieces
    where piece <> ''

    union

    select
        'deal' as record_type,
        merged_deal_id as merged_id,
        deal_id as survivor_id
    from {{ source('hubspot', 'merged_deal') }}
    where is_current

),

-- a survivor may have been merged in its turn; twenty steps end a circle
chains as (

    select
        record_type,
        merged_id,
        survivor_id,
        1 as steps
    from swallowed
    where merged_id <> survivor_id

    union all

    select
        chains.record_type,
        chains.merged_id,
        swallowed.survivor_id,
        chains.steps + 1 as steps
    from chains
    inner join swallowed
        on chains.record_type = swallowed.record_type
        and chains.survivor_id = swallowed.merged_id
        and swallowed.merged_id <> swallowed.survivor_id
    where chains.steps < 20

),

ends as (

    select
        chains.record_type,
        chains.merged_id,
        min(chains.survivor_id) as survivor_id
    from chains
    left join swallowed
        on chains.record_type = swallowed.record_type
        and chains.survivor_id = swallowed.merged_id
        and swallowed.merged_id <> swallowed.survivor_id
    where swallowed.merged_id is null
    group by chains.record_type, chains.merged_id

)

select * from ends

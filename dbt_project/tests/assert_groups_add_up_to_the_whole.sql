-- Every response is about one account and one project: those scopes add up to global, category by category.
-- Tier, industry and region may be unknown: they add up to global or less.
{{ config(meta={"sentence": "the responses of the parts do not add up to those of the whole"}) }}
with

parts as (

    select
        quarter_start_date,
        category,
        scope_type,
        sum(response_count) as response_count
    from {{ known_now(ref('fct_satisfaction_quarterly')) }}
    where scope_type <> 'global'
    group by quarter_start_date, category, scope_type

),

wholes as (

    select
        quarter_start_date,
        category,
        response_count
    from {{ known_now(ref('fct_satisfaction_quarterly')) }}
    where scope_type = 'global'

)

select
    parts.quarter_start_date,
    parts.category,
    parts.scope_type,
    parts.response_count,
    wholes.response_count as whole

from parts
left join wholes
    on parts.quarter_start_date = wholes.quarter_start_date
    and parts.category = wholes.category
where wholes.response_count is null
    or parts.response_count > wholes.response_count
    or (parts.scope_type in ('project', 'account') and parts.response_count <> wholes.response_count)

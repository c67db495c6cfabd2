-- One row per customer-facing team, training program and award year: how many were certified on 31 December, or are as-of.
with

team_years as (

    select
        certified.team_id,
        certified.team_name,
        certified.program,
        award_years.award_year,
        award_years.is_closed,
        certified.required_share,
        cast(count(*) as bigint) as member_count,
        cast(sum(case when certified.is_certified then 1 else 0 end) as bigint) as certified_count

    from {{ ref('int_employees_certified') }} as certified
    -- 31 December is the rule day of no other check than the year's own
    inner join {{ ref('int_award_years') }} as award_years
        on certified.rule_day = award_years.last_day
    group by
        certified.team_id,
        certified.team_name,
        certified.program,
        award_years.award_year,
        award_years.is_closed,
        certified.required_share

),

shares as (

    select
        *,
        cast(certified_count as {{ type_double() }}) / member_count as certified_share
    from team_years

)

select
    team_id,
    team_name,
    program,
    cast(award_year as bigint) as award_year,
    member_count,
    certified_count,
    certified_share,
    cast(required_share as {{ type_double() }}) as required_share,
    {{ at_least("certified_share", "required_share") }} as is_requirement_met,
    is_closed

from shares

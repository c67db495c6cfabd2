-- One row per quarter and criterion in force: the figure it asks for and whether it holds. An unknown figure proves nothing.
with

sets as (

    -- the criteria of a dimension's valid_from hold together and end together
    {{ rule_periods("(select distinct valid_from, dimension from " ~ ref('maturity_criteria') ~ ")", parts=["dimension"]) }}

)

select
    quarters.quarter_start_date,
    criteria.dimension,
    criteria.level,
    criteria.kpi,
    criteria.description,
    kpis.kpi_value,
    kpis.kpi_value is not null
    and (criteria.min_value is null or {{ at_least("kpis.kpi_value", "criteria.min_value") }})
    and (criteria.max_value is null or {{ at_least("criteria.max_value", "kpis.kpi_value") }}) as is_met

from {{ ref('int_quarters') }} as quarters
inner join sets
    on {{ in_force("sets", "quarters.last_day") }}
inner join {{ ref('maturity_criteria') }} as criteria
    on sets.valid_from = criteria.valid_from
    and sets.dimension = criteria.dimension
-- left: a criterion whose figure nobody knows is a criterion all the same
left join {{ ref('int_maturity_kpis') }} as kpis
    on quarters.quarter_start_date = kpis.quarter_start_date
    and criteria.kpi = kpis.kpi

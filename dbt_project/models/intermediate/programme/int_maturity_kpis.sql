-- One row per quarter and figure that a maturity criterion may ask for; the value is null where nobody knows it.
with

programme as (

    select
        programme.*,
        sum(case when programme.response_count > 0 then 1 else 0 end) over (
            order by programme.quarter_start_date rows between 3 preceding and current row
        ) as quarters_measured
    from {{ known_now(ref('rpt_program_kpis')) }} as programme

),

certified as (

    select
        quarters.quarter_start_date,
        cast(sum(case when employees.is_certified then 1 else 0 end) as {{ type_double() }}) / count(*) as certified_share

    from {{ ref('int_quarters') }} as quarters
    inner join {{ ref('int_employees_certified') }} as employees
        on quarters.last_day = employees.check_day
        -- a running award year is checked on the same day, by another rule
        and quarters.last_day = employees.rule_day
        and employees.program = 'cempro'
    group by quarters.quarter_start_date

),

figures as (

    select
        programme.*,
        coverage.decision_maker_coverage,
        certified.certified_share

    from programme
    -- left, twice: no customer to be heard, nobody to be certified
    left join {{ ref('int_programme_coverage') }} as coverage
        on programme.quarter_start_date = coverage.quarter_start_date
    left join certified
        on programme.quarter_start_date = certified.quarter_start_date

)

-- the first is a double, and so they all are
select
    quarter_start_date,
    'response_rate' as kpi,
    response_rate as kpi_value
from figures
union all
select
    quarter_start_date,
    'revenue_heard_share' as kpi,
    revenue_heard_share as kpi_value
from figures
union all
select
    quarter_start_date,
    'mean_score' as kpi,
    mean_score as kpi_value
from figures
union all
select
    quarter_start_date,
    'account_loss_rate' as kpi,
    account_loss_rate as kpi_value
from figures
union all
select
    quarter_start_date,
    'first_reply_in_sla_share' as kpi,
    first_reply_in_sla_share as kpi_value
from figures
union all
select
    quarter_start_date,
    'resolution_in_sla_share' as kpi,
    resolution_in_sla_share as kpi_value
from figures
union all
select
    quarter_start_date,
    'managers_over_limit' as kpi,
    managers_over_limit as kpi_value
from figures
union all
select
    quarter_start_date,
    'key_accounts_without_sponsor' as kpi,
    key_accounts_without_sponsor as kpi_value
from figures
union all
select
    quarter_start_date,
    'quarters_measured' as kpi,
    quarters_measured as kpi_value
from figures
union all
select
    quarter_start_date,
    'decision_maker_coverage' as kpi,
    decision_maker_coverage as kpi_value
from figures
union all
select
    quarter_start_date,
    'certified_share' as kpi,
    certified_share as kpi_value
from figures

-- One row per account, quarter and tactic that its quadrant calls for, in the order to try them.
with

tactics as (

    {{ rule_periods(ref('quadrant_tactics'), parts=["quadrant", "tactic_number"]) }}

)

select
    quadrants.account_id,
    quadrants.quarter_start_date,
    quadrants.quadrant,
    cast(tactics.tactic_number as bigint) as tactic_number,
    tactics.tactic,
    tactics.owner_role,
    tactics.purpose

from {{ known_now(ref('fct_account_quadrants')) }} as quadrants
inner join {{ ref('int_quarters') }} as quarters
    on quadrants.quarter_start_date = quarters.quarter_start_date
inner join tactics
    on quadrants.quadrant = tactics.quadrant
    and {{ in_force("tactics", "quarters.last_day") }}

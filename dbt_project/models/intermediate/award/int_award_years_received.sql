-- One row per recipient, award and year in which it was received: on record, or closed as eligible here.
select
    recipient_key,
    is_own_project,
    award,
    award_year
from {{ ref('int_award_history_named') }}

union

select
    project_id as recipient_key,
    true as is_own_project,
    'nfsb' as award,
    award_year
from {{ ref('int_award_judged') }}
where category = 'overall'
    and status = 'eligible'

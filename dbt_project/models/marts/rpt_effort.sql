-- One row per account and quarter in which its customers told their effort or opened a ticket: how easy we are to do business with.
select
    measured.account_id,
    measured.quarter_start_date,
    measured.asked_effort,
    measured.asked_count,
    measured.ticket_count,
    measured.reopens_per_ticket,
    measured.replies_per_ticket,
    measured.handoffs_per_ticket,
    measured.channel_switches_per_ticket,
    indexed.effort_index,
    preferred.preferred_channel

from {{ ref('int_effort_measured') }} as measured
-- left: without a known signal that has weight there is no index
left join {{ ref('int_effort_indexed') }} as indexed
    on measured.account_id = indexed.account_id
    and measured.quarter_start_date = indexed.quarter_start_date
-- left: no contact of the account's last four quarters may name its channel
left join {{ ref('int_channels_preferred') }} as preferred
    on measured.account_id = preferred.account_id
    and measured.quarter_start_date = preferred.quarter_start_date

"""Section 4, service gaps; and fct_tickets, from which they and others are counted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.areas.tickets import Clock, Ticket, tickets
from tests.oracle.reading import Row
from tests.oracle.stats import mean

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "fct_tickets": ".ticket_id:s account_id:s contact_id:s project_id:s channel:s cause:s priority:s status:s assignee_id:s team_id:s "
    "created_at:t first_replied_at:t solved_at:t first_reply_minutes:f resolution_minutes:f is_first_reply_in_sla:b is_resolution_in_sla:b "
    "service_tier:s first_reply_target_minutes:f resolution_target_minutes:f first_reply_business_minutes:f resolution_business_minutes:f "
    "quarter_start_date:d",
    "rpt_service_gaps": ".account_id:s .quarter_start_date:d .metric:s .priority:s ticket_count:i judged_count:i within_count:i "
    "breached_count:i within_share:f target_minutes:f mean_business_minutes:f gap_minutes:f service_tier:s",
}
_AS_GIVEN = (
    *("ticket_id", "account_id", "contact_id", "project_id", "channel", "cause", "priority", "status", "assignee_id"),
    *("team_id", "created_at", "first_replied_at", "solved_at"),
)


def rows(known: Known) -> dict[str, list[Row]]:
    found = tickets(known)
    groups: dict[tuple[str, date, str], list[Ticket]] = defaultdict(list)
    for ticket in found:
        groups[(ticket.row["account_id"], ticket.quarter, ticket.priority)].append(ticket)
    gaps = []
    for (account, quarter, priority), members in groups.items():
        for metric in ("first_reply", "resolution"):
            key = {"account_id": account, "quarter_start_date": quarter, "metric": metric, "priority": priority}
            clocks = [ticket.first_reply if metric == "first_reply" else ticket.resolution for ticket in members]
            gaps.append(key | _gap(clocks) | {"service_tier": members[0].service_tier})
    return {"fct_tickets": [_ticket_row(ticket) for ticket in found], "rpt_service_gaps": gaps}


def _ticket_row(ticket: Ticket) -> Row:
    return {column: ticket.row[column] for column in _AS_GIVEN} | {
        "first_reply_minutes": _elapsed(ticket.row["created_at"], ticket.row["first_replied_at"]),
        "resolution_minutes": _elapsed(ticket.row["created_at"], ticket.row["solved_at"]),
        "is_first_reply_in_sla": ticket.first_reply.is_within,
        "is_resolution_in_sla": ticket.resolution.is_within,
        "service_tier": ticket.service_tier,
        "first_reply_target_minutes": ticket.first_reply.target,
        "resolution_target_minutes": ticket.resolution.target,
        "first_reply_business_minutes": ticket.first_reply.minutes,
        "resolution_business_minutes": ticket.resolution.minutes,
        "quarter_start_date": ticket.quarter,
    }


def _elapsed(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 60


def _gap(clocks: list[Clock]) -> Row:
    judged = [clock.is_within for clock in clocks if clock.is_within is not None]
    targets = [clock.target for clock in clocks if clock.target is not None]
    minutes = [clock.minutes for clock in clocks if clock.minutes is not None]
    target, taken = min(targets, default=None), mean(minutes) if minutes else None
    return {
        "ticket_count": len(clocks),
        "judged_count": len(judged),
        "within_count": judged.count(True),
        "breached_count": judged.count(False),
        "within_share": Fraction(judged.count(True), len(judged)) if judged else None,
        "target_minutes": target,
        "mean_business_minutes": taken,
        "gap_minutes": None if target is None or taken is None else taken - target,
    }

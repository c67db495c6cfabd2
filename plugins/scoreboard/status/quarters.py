"""Which quarters are closed, when the next one closes, and whether a report that should be there is late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from scoreboard.orchestration.report_quarter import last_closed
from scoreboard.quarter import SETTLE_DAYS, SETTLED_AT, Quarter
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part
from scoreboard.warehouse import ledger, versions


def read(settings: Settings) -> Part:
    """As of `settings.as_of`; a report is late from the day after the one on which it was due."""
    done = last_closed(settings)
    coming = done.next
    events = ledger.events(settings)
    frozen = {period for event in events for periods in event.periods.values() for period in periods}
    quarters = sorted(period for period in frozen if isinstance(period, date))
    live = versions.current(settings)
    known = [date.fromisoformat(text) for text in ((live or {}).get("closed") or {}).get("quarter_start_dates", [])]
    report = settings.reports / done.label / "award_report.html"
    is_expected = live is not None and (done.start in known or _holds(live, done))
    state = "there" if report.is_file() else "not due"
    attention = []
    if is_expected and not report.is_file():
        due = due_at(settings, done)
        state = "late" if settings.as_of > due.date() else "due"
        if state == "late":
            attention.append(
                Attention(
                    f"award report of {done.label}",
                    f"was due on {due:%Y-%m-%d} and is not in {report.parent}; closed figures are safe, only the report is missing",
                    f"make report QUARTER={done.label}, or trigger quarterly_award_report",
                )
            )
    return {
        "closed": len(quarters),
        "last_frozen": Quarter(quarters[-1], settings.fiscal_start_month).label
        if quarters and _fits(settings, quarters[-1])
        else None,
        "restated": sum(event.kind == "restated" for event in events),
        "last_closed": done.label,
        "report": state,
        "next": {"quarter": coming.label, "closes_on": (coming.end + timedelta(days=SETTLE_DAYS)).isoformat()},
    }, attention


def due_at(settings: Settings, quarter: Quarter) -> datetime:
    """When the report of a quarter should be there, local time: so long after the schedule starts to write it."""
    started = datetime.combine(quarter.end + timedelta(days=SETTLE_DAYS), SETTLED_AT)
    return started + timedelta(hours=settings.report_due_hours)


def _holds(live: dict[str, Any], quarter: Quarter) -> bool:
    """Whether a version published before the quarter closed has earlier quarters closed: then its data reach this one."""
    closed = [date.fromisoformat(text) for text in (live.get("closed") or {}).get("quarter_start_dates", [])]
    return bool(closed) and min(closed) <= quarter.start


def _fits(settings: Settings, start: date) -> bool:
    return not (start.month - settings.fiscal_start_month) % 3

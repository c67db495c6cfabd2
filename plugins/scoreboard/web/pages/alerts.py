"""The list of action alerts as they stand now: filtered, sorted and cut into pages by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from scoreboard.alerts.states import STATES
from scoreboard.web.data import alerts as data
from scoreboard.web.data.live_alerts import LiveAlerts
from scoreboard.web.paging import AskedPage
from scoreboard.web.view import Page, View

router = APIRouter()

State = Literal["unsettled", "open", "acknowledged", "in_progress", "resolved", "verified", "all"]


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    state: Annotated[State, Query()] = "unsettled"
    severity: Annotated[Literal["", "critical", "high", "medium", "low"], Query()] = ""
    rule: Annotated[str, Query(max_length=200)] = ""
    role: Annotated[str, Query(max_length=200)] = ""
    owner: Annotated[str, Query(max_length=200, description="an employee id, or nobody")] = ""
    account: Annotated[str, Query(max_length=300, description="an account id")] = ""
    q: Annotated[str, Query(max_length=200, description="a part of the text or of the account's name")] = ""
    overdue: Annotated[Literal["", "1"], Query(description="1: only with a step that is overdue")] = ""
    sort: Annotated[Literal["severity", "opened", "changed", "account"], Query()] = "severity"
    order: Annotated[Literal["asc", "desc"], Query()] = "desc"


@router.get("/alerts")
def alerts(view: Page, asked: Annotated[Asked, Depends()], page: AskedPage = 1) -> HTMLResponse:
    """The alerts that the address asks for."""
    live = view.live_log.now()
    found = data.alerts(
        view.snapshot,
        live,
        data.AlertFilter(
            state=asked.state,
            severity=asked.severity,
            rule=asked.rule,
            role=asked.role,
            holder=asked.owner.strip(),
            account=asked.account.strip(),
            text=asked.q.strip(),
            is_overdue=asked.overdue == "1",
            sort=asked.sort,
            is_descending=asked.order == "desc",
            page=page,
        ),
        data.due_before(view.snapshot.record),
    )
    return view.page(
        "alerts.html.j2",
        title="Alerts",
        asked=asked,
        found=found,
        query={name: getattr(asked, name) for name in asked.__dataclass_fields__},
        severities=data.SEVERITIES,
        rules=view.snapshot.once("alerts.rules", lambda: data.kinds_of(view.snapshot, "rule_id")),
        roles=view.snapshot.once("alerts.roles", lambda: data.kinds_of(view.snapshot, "owner_role")),
        holders=_holders(view, live),
        counts={
            choice: sum(found.counts.get(state, 0) for state in data.states_of(choice)) for choice in data.STATE_CHOICES
        },
        states=STATES,
    )


def _holders(view: View, live: LiveAlerts) -> list[tuple[str, str]]:
    """(id, name) of who holds alerts: by their account, or because somebody gave them one."""
    known: dict[str, str] = dict(view.snapshot.once("alerts.holders", lambda: data.holders(view.snapshot)))
    given = {entries[-1].to for entries in live.assignments.values()} - set(known)
    named = known | dict.fromkeys(given, "") | data.names(view.snapshot, given)
    return sorted(named.items(), key=lambda each: (each[1] == "", each[1].casefold(), each[0]))

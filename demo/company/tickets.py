"""Support tickets: about six thousand, opened by customers of the four projects with a help desk and of three without."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scoreboard.quarter import Quarter

from .catalog import PROJECTS, Project
from .customers import Account
from .people import Employee
from .story import STORY
from .timeline import EXPORTED_AT, at_work, day_in, last_day, poisson, quarters, stream

_CAUSES = ("product", "technical", "process", "billing", "system", "agent", "other")
_CAUSE_WEIGHTS = (26, 24, 18, 12, 9, 6, 5)
_UNASKED_DESKS = ("TECH-EU", "IMAGING", "SOFTWARE")  # take tickets, but ask nobody how it went
_CHANNELS = {"email": 38, "portal": 30, "phone": 24, "chat": 8}
_FIRST_REPLY_HOURS = {"low": 20.0, "normal": 8.0, "high": 3.0, "urgent": 0.8}
_SOLVE_HOURS = {"low": 90.0, "normal": 44.0, "high": 22.0, "urgent": 9.0}


@dataclass(frozen=True)
class Solved:
    """A solved ticket whose requester may be asked how it went. `pain` is 0 for a smooth one."""

    row: dict[str, Any]
    project: Project
    account: Account
    solved_at: datetime
    pain: float


def open_tickets(
    seed: int, accounts: list[Account], teams: dict[str, list[Employee]]
) -> tuple[list[dict[str, Any]], list[Solved]]:
    """`tickets`, and those of them that were solved."""
    rng = stream(seed, "tickets")
    rows: list[dict[str, Any]] = []
    solved: list[Solved] = []
    desks = [project for project in PROJECTS if project.takes_tickets or project.code in _UNASKED_DESKS]
    for quarter in quarters():
        for account in accounts:
            if account.is_customer_in(quarter):
                mean = 0.75 + 3.4 * 30 / (account.rank + 30) + (3 if _is_in_trouble(account, quarter) else 0)
                share = ((last_day(quarter) - quarter.start).days + 1) / 91
                for _ in range(poisson(rng, mean * share)):
                    row, project, pain = _ticket(rng, account, quarter, desks, teams)
                    rows.append(row)
                    if row["status"] in ("solved", "closed"):
                        solved.append(Solved(row, project, account, row["solved_at"], pain))
    rows.sort(key=lambda row: (row["created_at"], row["account_id"]))
    for number, row in enumerate(rows, 1):
        row["ticket_id"] = f"TCK-{number:05}"
    solved.sort(key=lambda ticket: (ticket.solved_at, ticket.row["ticket_id"]))
    return rows, solved


def _is_in_trouble(account: Account, quarter: Quarter) -> bool:
    return account.id == STORY.risky_account and quarter.label >= STORY.risky_silent_quarter


def _ticket(
    rng: random.Random, account: Account, quarter: Quarter, desks: list[Project], teams: dict[str, list[Employee]]
) -> tuple[dict[str, Any], Project, float]:
    near = [project for project in desks if account.region in project.regions] or desks
    project = rng.choice(near)
    agents = teams[project.team]
    created = at_work(rng, day_in(rng, quarter.start, last_day(quarter)))
    priority = rng.choices(list(_SOLVE_HOURS), [22, 52, 20, 6])[0]
    slowness = 1.0 if project.code != "IMAGING" else 1.7
    replied = created + timedelta(hours=_FIRST_REPLY_HOURS[priority] * slowness * rng.lognormvariate(-0.3, 0.9))
    reopened = rng.choices([0, 1, 2, 3], [0, 1, 1, 1] if _is_in_trouble(account, quarter) else [84, 11, 4, 1])[0]
    worked = _SOLVE_HOURS[priority] * slowness * rng.lognormvariate(-0.2, 0.8) * (1 + 0.8 * reopened)
    done: datetime | None = replied + timedelta(hours=worked)
    if done and done > EXPORTED_AT:
        done = None
    states = {"solved": 1, "closed": 5} if done else {"open": 5, "pending": 3, "hold": 1, "new": 1}
    status = rng.choices(list(states), list(states.values()))[0]
    first = replied if replied <= EXPORTED_AT and status != "new" else None
    if rng.random() < 0.012:
        status, done = "deleted", None  # spam, or opened twice
    row = {
        "ticket_id": "",
        "account_id": account.id,
        "contact_id": rng.choice(account.contacts).id if rng.random() > 0.04 else None,
        "project_id": project.id,
        "channel": rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
        "cause": rng.choices(_CAUSES, _CAUSE_WEIGHTS)[0] if rng.random() > 0.05 else None,
        "priority": priority,
        "status": status,
        "assignee_id": rng.choice(agents).id if status != "new" else None,
        "team_id": project.team,
        "created_at": created,
        "first_replied_at": first.replace(microsecond=0) if first else None,
        "solved_at": done.replace(microsecond=0) if done else None,
        "reopen_count": reopened,
        "reply_count": poisson(rng, 2.4) + (1 if first else 0),
        "updated_at": (done or first or created).replace(microsecond=0),
    }
    return row, project, 0.35 * reopened + (0.25 if worked > 90 else 0.0)

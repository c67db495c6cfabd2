"""The sample company's own sixty people, in teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .names import FIRST_NAMES, LAST_NAMES
from .timeline import stream

OWN_DOMAIN = "kestrelmoor.example"
BOUGHT_DOMAIN = "labs.kestrelmoor.example"
REGION_OF = {"AM": "Americas", "EU": "EMEA", "AP": "APAC"}
_TEAMS = (  # (team_id, name, function, people)
    ("T-FIELD-AM", "Field Service Americas", "field_service", 5),
    ("T-FIELD-EU", "Field Service Europe", "field_service", 5),
    ("T-FIELD-AP", "Field Service Asia Pacific", "field_service", 4),
    ("T-TECH-AM", "Technical Support Americas", "technical_support", 5),
    ("T-TECH-EU", "Technical Support Europe", "technical_support", 5),
    ("T-IMAGING", "Imaging Systems Support", "technical_support", 4),
    ("T-CALIB", "Calibration Laboratory", "field_service", 3),
    ("T-SOFTWARE", "Software and Data Services", "technical_support", 4),
    ("T-DESK-AM", "Service Desk Americas", "customer_service", 3),
    ("T-DESK-EU", "Service Desk Europe", "customer_service", 3),
    ("T-ACADEMY", "Training Academy", "other", 2),
    ("T-ACCOUNTS-AM", "Account Management Americas", "account_management", 5),
    ("T-ACCOUNTS-EU", "Account Management EMEA", "account_management", 5),
    ("T-ACCOUNTS-AP", "Account Management Asia Pacific", "account_management", 3),
    ("T-EXEC", "Executive Sponsors", "executive", 4),
)
_LEFT = (9, 27, 41)
_TITLES = {
    "field_service": "Field Service Engineer",
    "technical_support": "Support Engineer",
    "customer_service": "Customer Service Representative",
    "account_management": "Account Manager",
    "executive": "Vice President",
    "other": "Trainer",
}


@dataclass(frozen=True)
class Employee:
    """One of the company's own people."""

    id: str
    name: str
    team: str
    team_name: str
    function: str
    title: str
    is_active: bool
    joined_at: datetime


def hire(seed: int) -> list[Employee]:
    """Sixty people; the first of a team leads it; three have left since."""
    rng = stream(seed, "employees")
    hired: list[Employee] = []
    for team, team_name, function, size in _TEAMS:
        region = REGION_OF.get(team[-2:], "Americas")
        for place in range(size):
            number = len(hired) + 1
            first, last = rng.choice(FIRST_NAMES[region].split()), rng.choice(LAST_NAMES[region].split())
            name = f"{first} {last.replace('-', ' ')}"
            title = _TITLES[function] if function == "executive" or place else f"Team Lead, {team_name}"
            joined = datetime(2022, 3, 1, 8) + timedelta(days=rng.randrange(300))
            hired.append(
                Employee(f"E-{number:03}", name, team, team_name, function, title, number not in _LEFT, joined)
            )
    return hired


def by_team(employees: list[Employee]) -> dict[str, list[Employee]]:
    """team_id -> its people."""
    teams: dict[str, list[Employee]] = {}
    for employee in employees:
        teams.setdefault(employee.team, []).append(employee)
    return teams


def rows(employees: list[Employee]) -> list[dict[str, Any]]:
    """`employees`."""
    return [
        {
            "employee_id": employee.id,
            "full_name": employee.name,
            "job_title": employee.title,
            "team_id": employee.team,
            "team_name": employee.team_name,
            "function": employee.function,
            "email": f"e{employee.id[2:]}@{OWN_DOMAIN}",
            "is_active": employee.is_active,
            "updated_at": employee.joined_at,
        }
        for employee in employees
    ]

"""The sample company as its vendors know it: the same people and votes under ids that every vendor could have given.

Ids become digits (a Salesforce id, a HubSpot number and a Zendesk number alike), and what no vendor can tell apart is made
equal: an answer changes when its response does, a question and its survey when either does. `write_files` drops the very same
rows as files, the yardstick for every dress.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.company.build import build
from demo.company.writing import Style, write
from scoreboard.entities import ENTITIES

Row = dict[str, Any]
Tables = dict[str, list[Row]]

FROM_FILES = ("projects", "usage", "assessments", "training")
"""What no CRM holds as a standard object: product telemetry, interviews, courses and award projects stay files in every dress."""

_FIRST_NUMBER = {  # entity -> the number before its first row
    "accounts": 100000000000000000,
    "contacts": 200000000000000000,
    "employees": 300000000000000000,
    "opportunities": 400000000000000000,
    "revenue": 500000000000000000,
    "activities": 600000000000000000,
    "tickets": 70000000,
    "surveys": 80000000,
    "responses": 9000000000,
}
_TEAMS, _DISTRIBUTIONS = 5000000, 60000000
_POINTS_AT = {  # column -> entity
    "account_id": "accounts",
    "parent_account_id": "accounts",
    "contact_id": "contacts",
    "employee_id": "employees",
    "account_manager_id": "employees",
    "executive_sponsor_id": "employees",
    "assignee_id": "employees",
    "agent_id": "employees",
    "opportunity_id": "opportunities",
    "revenue_id": "revenue",
    "activity_id": "activities",
    "ticket_id": "tickets",
    "survey_id": "surveys",
    "response_id": "responses",
}


def vendor_company(seed: int = 2016, accounts: int | None = None) -> Tables:
    """entity -> rows of the whole company, or of every so many-th account, `accounts` in all (its staff stays whole).

    Valid, current rows alone; `demo.vendors.corrected` adds older versions and mistakes.
    """
    tables, _ = build(seed)
    if accounts is not None:
        tables = _some(tables, accounts)
    return _renumbered(tables)


def write_files(home: Path, tables: Mapping[str, list[Row]], only: tuple[str, ...] = tuple(ENTITIES)) -> None:
    """Drop these rows into `home`/inbox, one CSV per entity."""
    for name in only:
        entity = ENTITIES[name]
        if tables[name]:
            path = home / "inbox" / entity.domain / name / f"{name}.csv"
            write(path, list(entity.columns), dict(entity.kinds), tables[name], Style())


def _some(tables: Tables, accounts: int) -> Tables:
    ids = [row["account_id"] for row in tables["accounts"]]
    kept = set(ids[:: max(1, len(ids) // accounts)][:accounts])
    some = {
        name: [row for row in rows if "account_id" not in ENTITIES[name].columns or row["account_id"] in kept]
        for name, rows in tables.items()
    }
    for row in some["accounts"]:
        if row["parent_account_id"] not in kept:
            row["parent_account_id"] = None
    responses = {row["response_id"] for row in some["responses"]}
    some["answers"] = [row for row in some["answers"] if row["response_id"] in responses]
    return some


def _renumbered(tables: Tables) -> Tables:
    numbers = {
        name: {row[ENTITIES[name].key]: str(first + place) for place, row in enumerate(tables[name], 1)}
        for name, first in _FIRST_NUMBER.items()
    }
    teams = {row["team_id"]: None for row in tables["employees"]}
    team_numbers = {team: str(_TEAMS + place) for place, team in enumerate(teams, 1)}
    questions = _question_ids(tables, numbers["surveys"])
    invitations = _invitation_ids(tables, numbers)
    at = {row["response_id"]: row["updated_at"] for row in tables["responses"]}
    edited = {row["survey_id"]: row["updated_at"] for row in tables["surveys"]}
    for row in tables["questions"]:
        edited[row["survey_id"]] = max(edited[row["survey_id"]], row["updated_at"])

    def renamed(row: Row) -> Row:
        new = dict(row)
        for column, entity in _POINTS_AT.items():
            if new.get(column) is not None:
                new[column] = numbers[entity].get(new[column], new[column])
        if new.get("team_id") is not None:
            new["team_id"] = team_numbers.get(new["team_id"], new["team_id"])
        if new.get("invitation_id") is not None:
            new["invitation_id"] = invitations.get(new["invitation_id"], new["invitation_id"])
        if new.get("question_id") is not None:
            new["question_id"] = questions[new["question_id"]]
        if "answer_id" in new:
            new["answer_id"] = f"{new['response_id']}:{new['question_id'].split(':')[1]}"
            new["updated_at"] = at[row["response_id"]]
        if "survey_name" in new or "question_text" in new:
            new["updated_at"] = edited[row["survey_id"]]
        return new

    return {name: [renamed(row) for row in rows] for name, rows in tables.items()}


def _question_ids(tables: Tables, surveys: Mapping[str, str]) -> dict[str, str]:
    """Question ids as survey tools give them, numbered within the survey: `<survey>:QID<n>`."""
    asked: Counter[str] = Counter()
    ids = {}
    for row in tables["questions"]:
        asked[row["survey_id"]] += 1
        ids[row["question_id"]] = f"{surveys[row['survey_id']]}:QID{asked[row['survey_id']]}"
    return ids


def _invitation_ids(tables: Tables, numbers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """`<distribution>:<recipient>`: one distribution per survey and month, each recipient once in it."""
    distributions: dict[tuple[Any, ...], str] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    ids = {}
    for row in tables["invitations"]:
        recipient = numbers["contacts"].get(row["contact_id"]) or numbers["employees"].get(row["employee_id"]) or "0"
        sending: tuple[Any, ...] = (row["survey_id"], row["sent_at"].year, row["sent_at"].month)
        times[(*sending, recipient)] += 1
        sending = (*sending, times[(*sending, recipient)])
        number = distributions.setdefault(sending, str(_DISTRIBUTIONS + len(distributions) + 1))
        ids[row["invitation_id"]] = f"{number}:{recipient}"
    return ids

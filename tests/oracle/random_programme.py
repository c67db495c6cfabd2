"""What sections 5 to 9 of docs/figures.md need of random companies: service surveys, touchpoints, wandering tickets, rules that change.

Drawn by a chance of its own, like tests/oracle/random_areas.py.
"""

from __future__ import annotations

import copy
import csv
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.oracle.random_seeds import Table, change_days
from tests.oracle.random_world import Row, World
from tests.oracle.schema import CATEGORIES

_SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
_START = "1900-01-01"
_SERVICE = (  # measure, scale, lowest, highest
    ("satisfaction", "likert5", 1, 5),
    ("knowledge", "likert5", 1, 5),
    ("professionalism", "likert7", 1, 7),
    ("quality_of_solution", "likert10", 1, 10),
    ("timeliness", "likert5", 1, 5),
    ("effort", "effort7", 1, 7),
    ("effort", "effort5_reversed", 1, 5),
    ("recommendation", "nps11", 0, 10),
    ("recommendation", "likert5", 1, 5),
    ("action_alert", "binary", 0, 1),
    ("action_alert", "likert5", 1, 5),
    ("open_text", "likert5", 1, 5),
)
_TOUCHPOINTS = (None, None, "onboarding", "Onboarding", "repair visit", "invoice")
_CHANNELS = (None, "web", "web", "phone", "email", "Ä-chat")


def programme_world(world: World) -> World:
    """The same company's world with a chance, and numbers, of its own."""
    other = copy.copy(world)
    other.rng = random.Random(f"programme {world.seed}")
    other._ids = 700000
    return other


def add_programme(world: World, rows: dict[str, list[Row]], accounts: list[str]) -> None:
    """Adds a service survey and its responses, touchpoints, tickets that wander between people and channels."""
    for question in rows["questions"]:
        if world.chance(0.5) and "touchpoint" not in question:
            question["touchpoint"] = world.pick(_TOUCHPOINTS)
    made: dict[str, list[Row]] = {"surveys": [], "questions": [], "responses": [], "answers": [], "tickets": []}
    tickets = [row for row in rows["tickets"] if isinstance(row.get("created_at"), datetime)]
    questions = _survey(world, made)
    contacts = [row for row in rows["contacts"] if row.get("account_id") in accounts]
    made["tickets"] = _wandering(world, tickets, contacts)
    for quarter in world.rng.sample(world.quarters, min(4, len(world.quarters))):
        for _ in range(world.pick((12, 25, 40))):
            _service_response(world, made, questions, world.instant(quarter), contacts, tickets)
    for name, more in made.items():
        for row in more:
            rows[name].insert(world.rng.randint(0, len(rows[name])), row)


def _survey(world: World, made: dict[str, list[Row]]) -> list[Row]:
    made["surveys"].append(
        {
            "survey_id": "SERVICE",
            "survey_name": "After service",
            "project_id": "P-1",
            "kind": "transactional",
            "updated_at": world.updated(),
        }
    )
    made["questions"] = [
        {
            "question_id": f"SERVICE-{number}",
            "survey_id": "SERVICE",
            "question_text": f"{measure}?",
            "scale_id": scale,
            "measure": measure,
            "category": world.pick((None, *CATEGORIES)),
            "touchpoint": world.pick(_TOUCHPOINTS),
            "updated_at": world.updated(),
        }
        for number, (measure, scale, _, _) in enumerate(_SERVICE)
    ]
    return made["questions"]


def _service_response(
    world: World,
    made: dict[str, list[Row]],
    questions: list[Row],
    moment: datetime,
    contacts: list[Row],
    tickets: list[Row],
) -> None:
    """Few agents, so that some come to ten responses in a quarter and some stop at nine."""
    contact = world.pick(contacts)
    response = {
        "response_id": world.next_id("S"),
        "survey_id": "SERVICE",
        "respondent_type": "customer",
        "contact_id": world.pick((None, contact["contact_id"])),
        "account_id": contact["account_id"],
        "ticket_id": world.pick((None, world.next_id("T-GONE"), *(row["ticket_id"] for row in tickets[:3]))),
        "agent_id": world.pick(("E-1", "E-1", "E-1", "E-2", "E-2", "E-3", "E-GONE", None)),
        "team_id": world.pick(("T1", "T1", "T2", "T-GONE", None)),
        "channel": world.pick(_CHANNELS),
        "responded_at": moment,
        "updated_at": moment,
    }
    made["responses"].append(response)
    skill = {"E-1": 2, "E-2": 0}.get(str(response["agent_id"]), 1)
    is_scored = world.chance(0.93)
    for question, (measure, _, low, high) in zip(questions, _SERVICE, strict=True):
        if world.chance(0.25) or (measure == "satisfaction" and not is_scored):
            continue
        value = min(high, max(low, high - world.rng.randint(0, 3 - skill)))
        if measure in ("action_alert", "recommendation"):
            value = world.rng.randint(low, high)
        made["answers"].append(
            {
                "answer_id": world.next_id("SN"),
                "response_id": response["response_id"],
                "question_id": question["question_id"],
                "value": None if measure == "open_text" or world.chance(0.1) else Decimal(value),
                "comment": world.pick((None, None, None, "Please call | me", "zu langsam", "fine")),
                "updated_at": moment,
            }
        )


def _wandering(world: World, tickets: list[Row], contacts: list[Row]) -> list[Row]:
    """Earlier versions with other assignees, and further tickets of the same person days later on another channel."""
    found: list[Row] = []
    for ticket in tickets:
        if world.chance(0.5):
            continue
        for back in range(world.pick((1, 1, 2, 3))):
            updated = ticket["updated_at"]
            if isinstance(updated, datetime):
                found.append(
                    dict(ticket)
                    | {
                        "assignee_id": world.pick((None, "E-1", "E-2", "E-3")),
                        "updated_at": updated - timedelta(days=back + 1),
                    }
                )
    for _ in range(12):
        contact = world.pick(contacts)
        created = world.instant(world.pick(world.quarters))
        for _ in range(world.pick((2, 2, 3))):
            found.append(
                {
                    "ticket_id": world.next_id("W"),
                    "account_id": contact["account_id"],
                    "contact_id": contact["contact_id"],
                    "channel": world.pick(("web", "phone", "phone")),
                    "cause": world.pick((None, "billing")),
                    "status": world.pick((None, "open", "open", "deleted")),
                    "created_at": created,
                    "reopen_count": world.pick((None, Decimal(2), Decimal(1))),
                    "updated_at": world.instant(),
                }
            )
            created += timedelta(days=world.pick((0, 0, 6, 7, 7, 8)), seconds=world.pick((0, 0, 1, 5000)))
    return found


def make_programme_seeds(world: World) -> dict[str, Table]:
    """Seeds of these sections, some changed in mid-history; the others stay as shipped."""
    variants: dict[str, Callable[[list[str]], list[str]]] = {
        "alert_rules": lambda row: _alert_rule(world, row),
        "kpi_targets": lambda row: _bounds(world, row),
        "effort_weights": lambda row: [*row[:2], world.pick(("0", "1", "2", "0.5")), *row[3:]],
        "service_targets": lambda row: [
            *row[:2],
            world.pick(("1", "3", "10", "12")),
            world.pick(("3.5", "4.25", "4")),
            world.pick(("0", "0.5", "0.9")),
        ],
        "escalation_steps": lambda row: [*row[:3], world.pick(("0", "60", "480", "481", "1440")), *row[4:]],
        "review_cadence": lambda row: [*row[:2], world.pick(("30", "91", "1"))],
    }
    seeds = {}
    for name, change in variants.items():
        if world.chance(0.6) and (_SEEDS / f"{name}.csv").exists():
            with (_SEEDS / f"{name}.csv").open(newline="", encoding="utf-8") as file:
                header, *rows = list(csv.reader(file))
            later = []
            for row in world.rng.sample(rows, max(1, len(rows) // 2)):
                for day in change_days(world, world.rng.randint(1, 2)):
                    later.append([day.isoformat(), *change(row)[1:]])
            seeds[name] = [header, *rows, *later]
    return seeds


def _alert_rule(world: World, row: list[str]) -> list[str]:
    thresholds = {
        "low_score": ("3", "2", "1.5"),
        "score_drop": ("0.25", "1", "0"),
        "silent_key_account": ("30", "120"),
        "ticket_reopened": ("1", "3"),
        "opportunity_seats": ("0.4", "1"),
    }
    valid_from, rule_id, _, threshold, second, severity, one, two, owner, action = row
    threshold = world.pick(thresholds[rule_id]) if rule_id in thresholds else threshold
    return [
        *(
            valid_from,
            rule_id,
            world.pick(("true", "true", "false")),
            threshold,
            world.pick(("1", "2", "5")) if second else second,
        ),
        *(
            world.pick(("low", "medium", "high", "critical", severity)),
            world.pick((one, "true")),
            world.pick((two, "false")),
        ),
        *(world.pick((owner, "executive_sponsor", "support_manager")), action),
    ]


def _bounds(world: World, row: list[str]) -> list[str]:
    choices = {
        "accounts_per_manager": ("", world.pick(("1", "2", "5"))),
        "accounts_per_sponsor": ("", world.pick(("1", "2"))),
        "account_loss_rate": (world.pick(("0", "0.2", "0.25")), world.pick(("0.25", "0.5"))),
        "revenue_heard_share": (world.pick(("0.1", "0.5", "1")), ""),
        "person_mean_score": (world.pick(("2", "4", "3.5")), ""),
    }
    return [row[0], row[1], *choices[row[1]]]

"""What the figures beyond the core need of random companies: teams, courses, roles, service levels, odd votes and changed questions.

All of it is drawn by a chance of its own, so that the rest of a company stays what it was.
"""

from __future__ import annotations

import copy
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.oracle.calendar import SETTLE_DAYS, add_months, end_of_quarter, start_of_quarter
from tests.oracle.random_votes import VoteMaker
from tests.oracle.random_world import Row, World

_FUNCTIONS = ("technical_support", "field_service", "customer_service", "account_management")
_TITLES = (
    "CIO",
    "Engineering Manager",
    "Chief Happiness OFFICER",
    "Head of IT",
    "Procurement Lead",
    "Software Engineer",
    "Gardener",
    None,
)
_ROLES = (None, None, "decision_maker", "decision_maker", "recommender", "influencer")
_CHANNELS = ("web", "phone", "email", "chat")
_CAUSES = (None, "agent", "system", "process", "product", "billing", "technical", "other")


def side_world(world: World) -> World:
    """The same company's world with a chance, and numbers, of its own."""
    other = copy.copy(world)
    other.rng = random.Random(f"areas {world.seed}")
    other._ids = 90000
    return other


def enrich(world: World, rows: dict[str, list[Row]]) -> None:
    """Changes rows that are there: roles and teams of people, and when things were last changed."""
    for row in rows["contacts"]:
        row |= {"job_title": world.pick(_TITLES), "buying_role": world.pick(_ROLES)}
        row["updated_at"] = world.instant() if world.chance(0.6) else row["updated_at"]
    for row in rows["employees"]:
        row |= _person(world, row["employee_id"])
    answers: dict[str, list[Row]] = {}
    for row in rows["answers"]:
        answers.setdefault(row["response_id"], []).append(row)
    for row in rows["responses"]:
        if world.chance(0.7):
            _edit(world, row, answers.get(row["response_id"], []))


def _edit(world: World, response: Row, answers: list[Row]) -> None:
    """A response last changed when it came, or it or one of its answers around the day its quarter settles."""
    for row in (response, *answers):
        row["updated_at"] = response["responded_at"]
    if world.chance(0.5):
        day = response["responded_at"].astimezone(world.zone).date()
        settled = end_of_quarter(start_of_quarter(day, world.fiscal_start)) + timedelta(days=SETTLE_DAYS)
        world.pick((response, *answers))["updated_at"] = world.edge_instant(
            settled + timedelta(days=world.pick((-1, -1, 0, 0, 1)))
        )


def add_areas(world: World, rows: dict[str, list[Row]], accounts: list[str], questions: dict[str, list[Row]]) -> None:
    """Adds people, courses, tickets, votes and older versions of questions, each somewhere among the others."""
    made: dict[str, list[Row]] = {
        "employees": [_person(world, f"E-{number}") | {"full_name": f"Employee {number}"} for number in range(6, 16)]
    }
    made["employees"] += [_person(world, "E-2") | {"full_name": "Was", "updated_at": _long_ago(world)}]
    made["training"] = [_course(world) for _ in range(60)]
    made["tickets"] = [_ticket(world, accounts, rows["contacts"]) for _ in range(70)]
    made["tickets"] += [_again(world, ticket) for ticket in made["tickets"][:25]]
    made["questions"] = _older_questions(world, rows)
    votes = VoteMaker(world, rows, accounts, questions, made["tickets"]).make()
    for name, more in votes.items():
        made.setdefault(name, []).extend(more)
    for name, more in made.items():
        for row in more:
            rows[name].insert(world.rng.randint(0, len(rows[name])), row)


def _long_ago(world: World) -> datetime:
    return datetime.combine(world.quarters[0], time(0), world.zone)


def _person(world: World, employee: str) -> Row:
    team = world.pick((None, "T1", "T1", "T2", "t2"))
    return {
        "employee_id": employee,
        "team_id": team,
        "team_name": None if team is None else world.pick((None, "Zürich", "alpha", "Beta")),
        "function": world.pick((*_FUNCTIONS, *_FUNCTIONS, None, "executive", "other")),
        "email": world.pick((None, None, "P2@Customer.example ", "p3@customer.example", f"{employee}@ourco.example")),
        "is_active": world.pick((True, True, True, True, False, None)),
        "updated_at": world.updated(),
    }


def _course(world: World) -> Row:
    """A course passed, or running out, around as-of or the end of a year."""
    day = world.pick((world.as_of, *(date(year, 12, 31) for year in {quarter.year for quarter in world.quarters})))
    months = world.pick((0, 0, 1, 12, 24))
    passed = add_months(day.replace(day=1), -months) + timedelta(days=day.day - 1 + world.pick((-1, 0, 0, 1, -40)))
    return {
        "record_id": world.next_id("T"),
        "employee_id": f"E-{world.rng.randint(1, 15)}",
        "program": world.pick(("cempro", "cempro", "field safety", "Cempro", None)),
        "course_id": world.pick(("C1", "C1", "C2", "c2")),
        "passed_on": None if world.chance(0.12) else passed,
        "score": world.pick((None, Decimal("80"), Decimal("79.999999"), Decimal("79.5"), Decimal("91.5"))),
        "expires_on": world.pick((None, None, None, day, day - timedelta(days=1), day + timedelta(days=300))),
        "updated_at": world.updated(),
    }


def _ticket(world: World, accounts: list[str], contacts: list[Row]) -> Row:
    """A ticket whose reply and solution come exactly within a service level, a moment after, before it was asked, or never."""
    account = world.pick(accounts)
    own = [row["contact_id"] for row in contacts if row["account_id"] == account]
    quarter = world.pick(world.quarters)
    created = world.instant(quarter)
    if world.chance(0.6):
        at = time(world.pick((8, 9, 9, 10, 16)), world.pick((0, 0, 30)), 0)
        created = datetime.combine(world.day_in(quarter), at, world.zone)
    moment = timedelta(microseconds=world.pick((0, 0, 0, 1000000, -1000000, 500000)))
    replied = created + timedelta(minutes=world.pick((0, 15, 30, 45, 60, 120, 240, 1440, 5760, -30))) + moment
    solved = replied + timedelta(minutes=world.pick((60, 240, 480, 1440, 4320, 20160)))
    return {
        "ticket_id": world.next_id("TK"),
        "account_id": account,
        "contact_id": world.pick((None, *own, *own)),
        "project_id": world.pick((None, "P-1", "P-1", "P-2", "7", "P-GONE")),
        "channel": world.pick(_CHANNELS),
        "cause": world.pick(_CAUSES),
        "priority": world.pick((None, "low", "normal", "normal", "high", "urgent")),
        "status": world.pick((None, "open", "solved", "solved", "closed", "deleted")),
        "assignee_id": world.pick((None, "E-1", "E-2", "E-2", "E-GONE")),
        "team_id": world.pick((None, "T1")),
        "created_at": created,
        "first_replied_at": replied if world.chance(0.7) else None,
        "solved_at": solved if world.chance(0.5) else None,
        "reopen_count": world.pick((None, Decimal(0), Decimal(1), Decimal(2), Decimal(3))),
        "reply_count": world.pick((None, Decimal(0), Decimal(1), Decimal(6))),
        "updated_at": world.updated(),
    }


def _again(world: World, ticket: Row) -> Row:
    """A ticket like another, on some day of the same quarter: perhaps under a newer service level."""
    quarter = start_of_quarter(ticket["created_at"].astimezone(world.zone).date(), world.fiscal_start)
    created = datetime.combine(world.day_in(quarter), time(9), world.zone)
    later = {
        column: created + timedelta(minutes=world.pick((10, 60, 3000)))
        for column in ("first_replied_at", "solved_at")
        if ticket[column] is not None
    }
    return ticket | {"ticket_id": world.next_id("TK"), "created_at": created} | later


def _older_questions(world: World, rows: dict[str, list[Row]]) -> list[Row]:
    """Questions whose wording, scale, or nothing that matters changed in the course of a year: there and back again by chance."""
    found = []
    answered: dict[str, list[str]] = {}
    instants = {row["response_id"]: row["responded_at"] for row in rows["responses"]}
    for row in rows["answers"]:
        answered.setdefault(str(row["question_id"]), []).append(str(row["response_id"]))
    seen: set[str] = set()
    for row in list(rows["questions"]):
        key = str(row.get("question_id"))
        if key in seen or key not in answered or world.chance(0.5):
            continue
        seen.add(key)
        days = {world.edge_instant(world.edge_day()), world.instant(), world.instant()}
        moments = [instants.get(response) for response in world.rng.sample(answered[key], min(2, len(answered[key])))]
        days |= {moment for moment in moments if isinstance(moment, datetime) and moment.tzinfo is not None}
        days |= {world.edge_instant(world.as_of + timedelta(days=step)) for step in (0, 1)}
        versions = [other for other in rows["questions"] if other.get("question_id") == key]
        first = min((v["updated_at"] for v in versions if isinstance(v["updated_at"], datetime)), default=None)
        if first is None:
            continue
        for moment in sorted(day for day in days if day < first):
            change = world.pick(("wording", "scale", "both", "weight", "none"))
            older = dict(row) | {"updated_at": moment}
            if change in ("wording", "both"):
                older["question_text"] = world.pick(("What about it?", "what about it?", "Really?"))
            if change in ("scale", "both"):
                older["scale_id"] = world.pick(("likert5", "likert7", "percent"))
            if change == "weight":
                older["weight"] = Decimal("7")
            found.append(older)
    return found

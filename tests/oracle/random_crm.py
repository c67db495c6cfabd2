"""CRM and help-desk rows of random companies: accounts with every kind of history, people, and the signals behind quadrants."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.calendar import add_months, end_of_quarter
from tests.oracle.random_world import Row, Verbatim, World

_NAMES = ('Ångström "AB", Ltd', "O'Brien & Söhne", "Plain Inc", "Plain Inc", "42", "NaN", "Null")
_EMAILS = (
    "{0}@customer.example",
    "{0}@customer.example",
    "{0}@ourco.example",
    "{0}@OURCO.Example  ",
    "{0}@odd@ourco.example",
    "{0}@ourco.example.org",
    "{0}@labs.ourco.example",
    "{0}@sub.ourco.example",
    "ourco.example",
)


def make_accounts(world: World, core: list[str], others: list[str]) -> list[Row]:
    """Core accounts are customers throughout; the others join, leave, or say odd things about it."""
    rows = []
    for account in [*core, *others]:
        row: Row = {
            "account_id": account,
            "account_name": world.pick(_NAMES),
            "parent_account_id": world.pick((None, None, core[0], "A-GONE")),
            "industry": world.pick((None, "retail", "Retail", " retail", "NaN", Verbatim("  "))),
            "region": world.pick((None, "EMEA", "APAC")),
            "country": world.pick((None, "US")),
            "lifecycle_stage": "active",
            "customer_since": world.pick((None, date(2000, 2, 29))),
            "churned_on": None,
            "is_strategic": world.pick((None, None, None, None, False, False, True)),
            "strategic_reason": world.pick((None, "brand")),
            "account_manager_id": world.pick((None, "E-1", "E-GONE")),
            "executive_sponsor_id": world.pick((None, "E-2")),
            "updated_at": world.updated(),
        }
        if account in others:
            edge = end_of_quarter(world.pick(world.quarters)) + timedelta(days=world.pick((-1, 0, 1)))
            edge = world.pick((edge, edge, world.as_of, world.as_of + timedelta(days=1)))
            row["lifecycle_stage"] = world.pick(("active", "active", "churned", "churned", "prospect", "prospect"))
            row["customer_since"] = world.pick((None, edge, edge, date(2001, 1, 1)))
            row["churned_on"] = world.pick((None, None, edge, edge + timedelta(days=100)))
        rows.append(row)
    return rows


def make_people(world: World, accounts: list[str], projects: list[str]) -> dict[str, list[Row]]:
    """Contacts (some of ours among them), employees, projects, training."""
    contacts: list[Row] = [
        {
            "contact_id": f"{account}-{person}",
            "account_id": account,
            "full_name": f"Person {person}",
            "job_title": world.pick((None, "CIO")),
            "email": world.pick(_EMAILS).format(f"p{person}") if world.chance(0.9) else None,
            "buying_role": world.pick((None, "decision_maker", "influencer")),
            "is_active": world.pick((None, True, False)),
            "updated_at": world.updated(),
        }
        for account in accounts
        for person in range(world.rng.randint(1, 4))
    ]
    employees: list[Row] = [
        {
            "employee_id": f"E-{n}",
            "full_name": f"Employee {n}",
            "team_id": world.pick((None, "T1")),
            "function": world.pick((None, "executive", "other")),
            "is_active": True,
            "updated_at": world.updated(),
        }
        for n in range(1, 6)
    ]
    project_rows: list[Row] = [
        {
            "project_id": project,
            "project_name": f"Project {project}",
            "company_name": world.pick(("Own Co", "Own, Co")),
            "city": world.pick((None, "Bern")),
            "updated_at": world.updated(),
        }
        for project in projects
    ]
    training: list[Row] = [
        {
            "record_id": world.next_id("T"),
            "employee_id": world.pick(("E-1", "E-2")),
            "program": "cempro",
            "course_id": Verbatim("NaN"),
            "passed_on": date(2025, 3, 1),
            "score": Decimal("91.5"),
            "updated_at": world.updated(),
        }
        for _ in range(4)
    ]
    return {"contacts": contacts, "employees": employees, "projects": project_rows, "training": training}


def make_signals(world: World, accounts: list[str]) -> dict[str, list[Row]]:
    """Activities, usage and assessments; many quarters score exactly 5, or within 1e-9 of it."""
    rows: dict[str, list[Row]] = {"activities": [], "usage": [], "assessments": []}
    for account in accounts:
        for quarter in world.quarters:
            if world.chance(0.55):
                rows["activities"] += _activities(world, account, quarter)
            if world.chance(0.55):
                rows["usage"] += _usage(world, account, quarter)
            if world.chance(0.3):
                rows["assessments"] += _assessments(world, account, quarter)
    return rows


def _activities(world: World, account: str, quarter: date) -> list[Row]:
    recipe = world.pick(
        (
            ["meeting"] * 3 + ["executive_review"] + ["call"] * 3,  # 45 of 90 marks: 5.0 while nobody is invited
            ["meeting"] * 3 + ["email"] * 12 + ["event"],
            [
                world.pick(("meeting", "call", "email", "event", "executive_review"))
                for _ in range(world.rng.randint(1, 9))
            ],
            [world.pick(("meeting", "call", "email")) for _ in range(2)],
        )
    )
    silent = recipe[0] == "meeting" and world.chance(0.6)
    return [
        {
            "activity_id": world.next_id("K"),
            "account_id": account,
            "contact_id": None if silent else world.pick((None, f"{account}-0", f"{account}-1", "C-GONE", "c-gone")),
            "employee_id": world.pick((None, "E-1", "E-GONE")),
            "kind": kind,
            "is_inbound": world.pick((True, True, False, None)),
            "occurred_at": world.edge_instant(world.edge_day()) if world.chance(0.04) else world.instant(quarter),
            "updated_at": world.updated(),
        }
        for kind in recipe
    ]


def _usage(world: World, account: str, quarter: date) -> list[Row]:
    tens = 10 ** world.rng.randint(0, 3)
    recipes: tuple[tuple[int | None, int | None, int | None, int | None], ...] = (
        (10 * tens, 4 * tens, 10, 3),  # both signals 5.0
        (10 * tens, 2 * tens, 10, 6),  # 2.5 with weight 2, 10 with weight 1
        (10**11, 4 * 10**10 - 1, None, 5),  # below 5 by 1.25e-10: as good as 5
        (10**9, 4 * 10**8 - 1, 10, None),  # below by 1.25e-8: not
        (0, 0, 0, 0),
        (None, 90, 20, 18),
        (10, 12, 7, 9),
        (None, None, None, None),
    )
    rows = []
    for month in range(world.rng.randint(1, 3)):
        chosen = world.pick(recipes) if world.chance(0.5) else recipes[0]
        rows.append(
            {
                "usage_id": world.next_id("U"),
                "account_id": account,
                "product_id": world.pick((None, "1001", "p-2")),
                "month": add_months(quarter, month),
                **dict(
                    zip(
                        ("licensed_seats", "active_seats", "features_available", "features_used"),
                        map(_maybe_decimal, chosen),
                        strict=True,
                    )
                ),
                "updated_at": world.updated(),
            }
        )
    return rows


def _maybe_decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _assessments(world: World, account: str, quarter: date) -> list[Row]:
    ratings = ("5", "5", "0", "10", "4.999999", "5.000001", "3.5", None)

    def rating() -> Decimal | None:
        chosen = world.pick(ratings)
        return None if chosen is None else Decimal(chosen)

    return [
        {
            "assessment_id": world.next_id("S"),
            "account_id": account,
            "employee_id": world.pick(("E-1", "E-2", "E-3")),
            "assessed_at": world.instant(quarter),
            "engagement_rating": rating(),
            "usage_rating": rating(),
            "note": world.pick((None, "two\nlines", "a, b")),
            "updated_at": world.updated(),
        }
        for _ in range(world.rng.randint(1, 2))
    ]


def make_tickets(world: World, accounts: list[str]) -> list[Row]:
    """A few tickets; their numbers are keys that other files may write as numbers."""
    return [
        {
            "ticket_id": str(100 + number),
            "account_id": world.pick(accounts),
            "contact_id": world.pick((None, "C-GONE")),
            "channel": "web",
            "cause": world.pick((None, "agent")),
            "priority": world.pick((None, "high")),
            "status": world.pick((None, "solved", "deleted")),
            "created_at": world.instant(),
            "solved_at": None,
            "reopen_count": world.pick((None, Decimal(2))),
            "updated_at": world.updated(),
        }
        for number in range(12)
    ]

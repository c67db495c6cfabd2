"""What passes between the company and its customers: activities, use of the products, staff's assessments, training."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from scoreboard.quarter import Quarter

from .customers import Account
from .people import Employee
from .story import PINNED_RANKS
from .timeline import DEMO_AS_OF, EXPORTED_AT, at_work, day_in, elapsed, last_day, months, poisson, quarters, stream

_NOTES = (
    "Weekly contact, they plan with us.",
    "Hard to reach since the reorganisation.",
    "Second shift still does not use the workflow module.",
    "New lab manager; introduce ourselves again.",
    "Budget frozen until autumn - keep warm.",
    'Said "we would buy the same again".',
    None,
    None,
)


def activity_rows(seed: int, accounts: list[Account]) -> list[dict[str, Any]]:
    """`activities`, and a few meetings that are only planned."""
    rng = stream(seed, "activities")
    rows: list[dict[str, Any]] = []
    for quarter in quarters():
        for account in accounts:
            if account.is_customer_in(quarter):
                rows += _activities(rng, account, quarter)
    for account in accounts[:60:3]:
        planned = datetime.combine(DEMO_AS_OF, time(14)) + timedelta(days=rng.randrange(3, 60))
        rows.append(_activity(rng, account, "meeting", planned))
    rows.sort(key=lambda row: (row["occurred_at"], row["account_id"]))
    for number, row in enumerate(rows, 1):
        row["activity_id"] = f"ACT-{number:06}"
    return rows


def _activities(rng: random.Random, account: Account, quarter: Quarter) -> Iterator[dict[str, Any]]:
    level = account.engagement(quarter) * rng.uniform(0.85, 1.15)
    part = elapsed(quarter)
    is_pinned = account.id in PINNED_RANKS and level > 0.5
    counts = {
        "meeting": max(3 if is_pinned else 0, poisson(rng, 3.2 * level)) * part,
        "executive_review": (is_pinned or rng.random() < 0.6 * level) * part,
        "call": poisson(rng, 4.0 * level) * part,
        "email": poisson(rng, 7.5 * level) * part,
        "event": (rng.random() < 0.35 * level) * part,
    }
    for kind, count in counts.items():
        for _ in range(int(count + 0.5)):
            yield _activity(rng, account, kind, at_work(rng, day_in(rng, quarter.start, last_day(quarter))))


def _activity(rng: random.Random, account: Account, kind: str, instant: datetime) -> dict[str, Any]:
    return {
        "activity_id": "",
        "account_id": account.id,
        "contact_id": None if rng.random() < 0.08 else rng.choice(account.contacts).id,
        "employee_id": account.sponsor if kind == "executive_review" and account.sponsor else account.manager,
        "kind": kind,
        "is_inbound": rng.random() < 0.66 if kind in ("email", "call") else None,
        "occurred_at": instant,
        "updated_at": min(instant + timedelta(minutes=rng.randrange(2, 90)), EXPORTED_AT),
    }


def usage_rows(seed: int, accounts: list[Account]) -> list[dict[str, Any]]:
    """`usage`: seats and features by product and month; a fifth of the accounts buy nothing that is measured."""
    rng = stream(seed, "usage")
    rows: list[dict[str, Any]] = []
    for account in accounts:
        if account.base_usage is None:
            continue
        products = [rng.choice(["PRD-WORKBENCH", "PRD-LINK"])]
        if account.rank < 40:
            products.append("PRD-INSIGHT")
        for product in products:
            seats = max(3, int(260 / (account.rank + 12) * rng.uniform(4, 7)))
            for month in months():
                quarter = Quarter.containing(month)
                level = account.usage(quarter)
                if level is None or not account.is_customer_in(quarter):
                    continue
                if (account.since and month < account.since) or (account.churned_on and month >= account.churned_on):
                    continue
                rows.append(_month_of_use(rng, account, product, month, seats, level))
    rows.sort(key=lambda row: (row["month"], row["account_id"], row["product_id"]))
    for number, row in enumerate(rows, 1):
        row["usage_id"] = f"USE-{number:06}"
    return rows


def _month_of_use(
    rng: random.Random, account: Account, product: str, month: date, seats: int, level: float
) -> dict[str, Any]:
    share = min(1.0, level * rng.uniform(0.92, 1.08))
    has_features = rng.random() > 0.05
    return {
        "usage_id": "",
        "account_id": account.id,
        "product_id": product,
        "month": month,
        "licensed_seats": seats,
        "active_seats": round(seats * share) if rng.random() > 0.01 else None,
        "features_available": 40 if has_features else None,
        "features_used": round(40 * share * 0.75) if has_features else None,
        "updated_at": min(datetime.combine(month, time(4)) + timedelta(days=32), EXPORTED_AT),
    }


def assessment_rows(seed: int, accounts: list[Account]) -> list[dict[str, Any]]:
    """`assessments`: account managers rate their big and strategic accounts every quarter."""
    rng = stream(seed, "assessments")
    rows: list[dict[str, Any]] = []
    for quarter in quarters():
        for account in accounts:
            is_rated = account.rank < 75 or account.is_strategic
            if not is_rated or account.manager is None or not account.is_customer_in(quarter) or rng.random() > 0.85:
                continue
            usage = account.usage(quarter)
            instant = at_work(rng, day_in(rng, quarter.start, last_day(quarter)))
            rows.append(
                {
                    "assessment_id": f"ASM-{len(rows) + 1:05}",
                    "account_id": account.id,
                    "employee_id": account.manager,
                    "assessed_at": instant,
                    "engagement_rating": _rating(rng, account.engagement(quarter)),
                    "usage_rating": None if usage is None or rng.random() < 0.1 else _rating(rng, usage),
                    "note": rng.choice(_NOTES),
                    "updated_at": min(instant + timedelta(minutes=5), EXPORTED_AT),
                }
            )
    return rows


def _rating(rng: random.Random, level: float) -> int:
    return min(10, max(0, round(10 * level + rng.gauss(0.3, 1.0))))


def training_rows(seed: int, employees: list[Employee]) -> list[dict[str, Any]]:
    """`training`: the certification programme's courses, valid for two years, and what else people learnt."""
    rng = stream(seed, "training")
    courses = [("cempro", "CEM-101"), ("cempro", "CEM-201"), ("product", "PRD-310"), (None, "SAFETY-1")]
    rows: list[dict[str, Any]] = []
    for employee in employees:
        for program, course in courses:
            if rng.random() > (0.85 if program == "cempro" else 0.6):
                continue
            passed = day_in(rng, date(2023, 9, 1), date(2026, 3, 31)) if rng.random() > 0.06 else None
            rows.append(
                {
                    "record_id": f"TRN-{len(rows) + 1:04}",
                    "employee_id": employee.id,
                    "program": program,
                    "course_id": course,
                    "passed_on": passed,
                    "score": None if passed is None else rng.randrange(70, 101),
                    "expires_on": passed + timedelta(days=730) if passed and program == "cempro" else None,
                    "updated_at": datetime.combine(passed or date(2026, 4, 1), time(18)),
                }
            )
    return rows

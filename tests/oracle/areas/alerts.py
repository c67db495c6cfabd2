"""fct_action_alerts, rpt_alert_escalations and rpt_alert_backtest (docs/figures.md, section 8); descriptions are prose and not computed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from tests.oracle.areas.contacts import contact_roles
from tests.oracle.areas.journeys import is_open, published_tickets
from tests.oracle.areas.people import rows as people_rows
from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.areas.tickets import OpeningHours
from tests.oracle.calendar import add_months, end_of_quarter
from tests.oracle.reading import Row
from tests.oracle.stats import at_least
from tests.oracle.tiers import is_customer

HORIZON_DAYS = 365
LONGEST_WALK = 40000
"""Days after which nobody waits for an opening any more."""
LEVELS = ("low", "medium", "high", "critical")
STANDING = ("open", "acknowledged", "in_progress")
COLUMNS = {
    "fct_action_alerts": ".alert_id:s rule_id:s severity:s account_id:s contact_id:s subject_id:s quarter_start_date:d opened_at:t "
    "is_provisional:b action:s owner_role:s owner_id:s state:s",
    "rpt_alert_escalations": ".alert_id:s .step_number:i due_at:t to_role:s action:s is_overdue:b",
    "rpt_alert_backtest": ".rule_id:s .year:i alert_count:i account_count:i followed_count:i judged_count:i precision:f churn_count:i "
    "caught_count:i recall:f",
}


@dataclass(frozen=True)
class Fired:
    """A rule that fired: about whom, when (None: at the end of the quarter)."""

    rule_id: str
    subject: str
    account: str
    quarter: date
    at: datetime | None = None
    contact: str | None = None


def rows(known: Any) -> dict[str, list[Row]]:
    """The three tables."""
    alerts = alert_rows(known)
    return {
        "fct_action_alerts": alerts,
        "rpt_alert_escalations": _escalations(known, alerts),
        "rpt_alert_backtest": _backtest(known, alerts),
    }


RulesOf = dict[date, dict[str, Rule]]


def rules_of_quarters(known: Any) -> RulesOf:
    """Quarter -> rule_id -> its row, switched off ones too."""
    seeds = Seeds(known.home / "seeds")
    return {
        quarter: {
            rule_id: row
            for (rule_id,), row in seeds.latest("alert_rules", known.calendar.last_day(quarter), "rule_id").items()
        }
        for quarter in known.calendar.quarters
    }


def midnight(known: Any, day: date) -> datetime:
    """The instant a local day begins."""
    return datetime.combine(day, time(), known.calendar.zone).astimezone(UTC)


def noticed(known: Any, updated_at: datetime) -> datetime:
    """Since when a row's state is known: its last change; `updated_at` after as-of hides nothing, it counts from that day's beginning."""
    as_of = known.calendar.as_of
    return midnight(known, as_of) if known.calendar.local(updated_at) > as_of else updated_at


def alert_rows(known: Any) -> list[Row]:
    """Every alert, once."""
    states, roles, rules_of = _states(known), contact_roles(known), rules_of_quarters(known)
    accounts = known.judged.current["accounts"]
    out: dict[str, Row] = {}
    for fired in _fired(known, rules_of):
        rule = rules_of[fired.quarter][fired.rule_id]
        if not rule["is_enabled"] or not _is_asked(known, fired):
            continue
        period = fired.quarter.isoformat() if fired.at is None else fired.subject
        alert_id = hashlib.md5(f"{fired.rule_id}|{fired.subject}|{period}".encode(), usedforsecurity=False).hexdigest()
        level = LEVELS.index(rule["severity"])
        level += (
            bool(rule["raise_for_tier_one"]) and carried(known, fired.account, fired.quarter).get("service_tier") == "I"
        )
        level += (
            bool(rule["raise_for_decision_maker"]) and roles.get(fired.contact or "", (None,))[0] == "decision_maker"
        )
        owner = {"account_manager": "account_manager_id", "executive_sponsor": "executive_sponsor_id"}.get(
            rule["owner_role"]
        )
        out[alert_id] = {
            "alert_id": alert_id,
            "rule_id": fired.rule_id,
            "severity": LEVELS[min(level, 3)],
            "account_id": fired.account,
            "contact_id": fired.contact,
            "subject_id": fired.subject,
            "quarter_start_date": fired.quarter,
            "opened_at": fired.at or midnight(known, known.calendar.last_day(fired.quarter) + timedelta(days=1)),
            "is_provisional": fired.at is None and end_of_quarter(fired.quarter) > known.calendar.as_of,
            "action": rule["action"],
            "owner_role": rule["owner_role"],
            "owner_id": accounts[fired.account][owner] if owner else None,
            "state": states.get(alert_id, "open"),
        }
    return list(out.values())


def _is_asked(known: Any, fired: Fired) -> bool:
    """Whether the account was a customer: on the quarter's last day, or on the day the row's alert opened."""
    if fired.at is None:
        return (fired.account, fired.quarter) in known.tiers
    return is_customer(known.judged.current["accounts"][fired.account], known.calendar.local(fired.at))


def carried(known: Any, account: str, quarter: date) -> Row:
    """The account's latest tier row up to a quarter; empty before its first."""
    quarters = [there for other, there in known.tiers if other == account and there <= quarter]
    return known.tiers[(account, max(quarters))] if quarters else {}


def _states(known: Any) -> dict[str, str]:
    path = known.home / "alerts" / "states.jsonl"
    latest: dict[str, str] = {}
    if path.exists():
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        for line in sorted(lines, key=lambda line: datetime.fromisoformat(line["at"])):
            if known.calendar.local(datetime.fromisoformat(line["at"])) <= known.calendar.as_of:
                latest[line["alert_id"]] = line["state"]
    return latest


def _fired(known: Any, rules_of: RulesOf) -> Iterator[Fired]:
    yield from _from_responses(known, rules_of)
    yield from _from_rows(known, rules_of)
    yield from _from_quarters(known, rules_of)


def _from_responses(known: Any, rules_of: RulesOf) -> Iterator[Fired]:
    for response in known.responses:
        row = response.row
        if response.is_counted and response.day <= known.calendar.as_of:
            limit = rules_of[response.quarter]["low_score"]["threshold"]
            if limit is not None and at_least(limit, response.scores["overall"]):
                yield Fired(
                    "low_score",
                    row["response_id"],
                    row["account_id"],
                    response.quarter,
                    row["responded_at"],
                    row["contact_id"],
                )
        if is_open(response):
            for answer in response.answers:
                wants = (answer.score is not None and not at_least(Fraction(3), answer.score)) or answer.row[
                    "comment"
                ] is not None
                if answer.question["measure"] == "action_alert" and wants:
                    yield Fired(
                        "action_alert_answer",
                        answer.row["answer_id"],
                        row["account_id"],
                        response.quarter,
                        row["responded_at"],
                        row["contact_id"],
                    )


def _from_rows(known: Any, rules_of: RulesOf) -> Iterator[Fired]:
    calendar, roles = known.calendar, contact_roles(known)
    for name, ticket in published_tickets(known).items():
        changed_at = noticed(known, ticket["updated_at"])
        quarter = calendar.quarter_of(changed_at)
        if quarter not in calendar.quarters or ticket["reopen_count"] is None:
            continue
        limit = rules_of[quarter]["ticket_reopened"]["threshold"]
        tier = carried(known, ticket["account_id"], ticket["quarter"]).get("account_tier")
        if limit is not None and ticket["reopen_count"] >= limit and tier in ("key", "strategic"):
            yield Fired("ticket_reopened", name, ticket["account_id"], quarter, changed_at, ticket["contact_id"])
    for contact in known.judged.rows("contacts"):
        changed_at = noticed(known, contact["updated_at"])
        quarter = calendar.quarter_of(changed_at)
        if (
            contact["is_active"] is False
            and roles[contact["contact_id"]][0] == "decision_maker"
            and quarter in calendar.quarters
        ):
            name = contact["contact_id"]
            yield Fired("decision_maker_left", name, contact["account_id"], quarter, changed_at, name)
    for row in known.judged.rows("opportunities"):
        quarter = calendar.quarter_of(row["created_on"])
        gone = row["is_closed"] is True and row["close_date"] is not None and row["close_date"] <= row["created_on"]
        if row["kind"] == "expansion" and quarter in calendar.quarters and not gone:
            at = midnight(known, row["created_on"])
            yield Fired("opportunity_expansion", row["opportunity_id"], row["account_id"], quarter, at)


def _from_quarters(known: Any, rules_of: RulesOf) -> Iterator[Fired]:
    overall = {
        (row["scope_id"], row["quarter_start_date"]): row
        for row in known.tables["fct_satisfaction_quarterly"]
        if (row["scope_type"], row["category"]) == ("account", "overall")
    }
    means = {
        key: sum((r.scores["overall"] for r in members), Fraction(0)) / len(members)
        for key, members in (
            ((k[2], k[0]), v) for k, v in known.groups.items() if (k[1], k[3]) == ("account", "overall")
        )
    }
    for (account, quarter), row in overall.items():
        rule, before = rules_of[quarter]["score_drop"], (account, add_months(quarter, -3))
        if before in overall and rule["threshold"] is not None and rule["second_threshold"] is not None:
            enough = min(row["response_count"], overall[before]["response_count"]) >= rule["second_threshold"]
            if enough and at_least(means[before] - means[(account, quarter)], rule["threshold"]):
                yield Fired("score_drop", account, account, quarter)
    for row in people_rows(known)["rpt_coverage"]:
        if row["is_silent_key_account"]:
            yield Fired("silent_key_account", row["account_id"], row["account_id"], row["quarter_start_date"])
    seats = _seats(known)
    for row in known.tables["fct_account_quadrants"]:
        account, quarter = row["account_id"], row["quarter_start_date"]
        if row["quadrant"] == "risky_business" and row["previous_quadrant"] not in (None, "risky_business"):
            yield Fired("moved_to_risky_business", account, account, quarter)
        limit = rules_of[quarter]["opportunity_seats"]["threshold"]
        used = seats.get((account, quarter))
        if row["quadrant"] == "raving_fans" and limit is not None and used is not None and at_least(used, limit):
            yield Fired("opportunity_seats", account, account, quarter)
    for row in known.tables["rpt_gaps"]:
        account, quarter = row["account_id"], row["quarter_start_date"]
        tier = known.tiers.get((account, quarter))
        if row["gap_class"] == "blind_spot" and tier and tier["account_tier"] == "key":
            yield Fired("blind_spot_key_account", f"{account}/{row['category']}", account, quarter)
    for (account, quarter), row in known.tiers.items():
        if row["account_tier"] == "marginal" and row["is_unprofitable"]:
            yield Fired("unprofitable_marginal", account, account, quarter)


def _seats(known: Any) -> dict[tuple[str, date], Fraction]:
    """Active over licensed seats of a quarter, rows with both."""
    sums: dict[tuple[str, date], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for row in known.judged.rows("usage"):
        quarter = known.calendar.quarter_of(row["month"])
        if quarter is not None and row["active_seats"] is not None and row["licensed_seats"] is not None:
            pair = sums[(row["account_id"], quarter)]
            pair[0] += Fraction(row["active_seats"])
            pair[1] += Fraction(row["licensed_seats"])
    return {key: active / licensed for key, (active, licensed) in sums.items() if licensed}


def _escalations(known: Any, alerts: list[Row]) -> list[Row]:
    seeds, zone = Seeds(known.home / "seeds"), known.calendar.zone
    clock = OpeningHours(seeds, known.calendar.as_of, zone)
    tonight = midnight(known, known.calendar.as_of + timedelta(days=1))
    out = []
    for alert in alerts:
        opened = alert["opened_at"].astimezone(zone)
        for step in seeds.latest("escalation_steps", opened.date(), "severity", "step_number").values():
            if step["severity"] != alert["severity"]:
                continue
            due_at = _after(clock, alert["opened_at"], opened.date(), step["after_business_minutes"])
            is_standing = alert["state"] in STANDING
            out.append(
                {
                    "alert_id": alert["alert_id"],
                    "step_number": int(step["step_number"]),
                    "due_at": due_at,
                    "to_role": alert["owner_role"] if step["to_role"] == "owner" else step["to_role"],
                    "action": step["action"],
                    "is_overdue": None if due_at is None and is_standing else is_standing and due_at < tonight,
                }
            )
    return out


@cache
def _after(clock: OpeningHours, start: datetime, day: date, minutes: Fraction) -> datetime | None:
    """The instant at which so many open minutes have really passed; with none to wait, the first open one. None if never open."""
    left = Fraction(minutes) * 60
    for _ in range(LONGEST_WALK):
        from_minute, to_minute = clock.of_day(day)
        if from_minute == to_minute:
            day += timedelta(days=1)
            continue
        opens, closes = clock.instants(day)
        begin = max(start, opens)
        room = _seconds(closes - begin)
        if room > 0 and (left < room or (left == room and left > 0)):
            return begin + timedelta(microseconds=round(left * 10**6))
        left -= max(Fraction(0), room)
        day += timedelta(days=1)
    return None


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 10**6)


def _backtest(known: Any, alerts: list[Row]) -> list[Row]:
    calendar, as_of = known.calendar, known.calendar.as_of
    if not calendar.award_years:
        return []
    churned = {
        row["account_id"]: row["churned_on"] for row in known.judged.rows("accounts") if row["churned_on"] is not None
    }
    by_rule: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for alert in alerts:
        if not alert["is_provisional"]:
            by_rule[alert["rule_id"]].append((calendar.local(alert["opened_at"]), alert["account_id"]))
    out = []
    for rule_id in sorted(
        {row["rule_id"] for row in Seeds(known.home / "seeds").rows("alert_rules") if row["valid_from"] <= as_of}
    ):
        for year in calendar.award_years:
            mine = [(day, account) for day, account in by_rule[rule_id] if day.year == year]
            followed = [pair for pair in mine if _left_after(churned, pair, as_of)]
            judged = [
                pair
                for pair in mine
                if _left_after(churned, pair, as_of) or pair[0] + timedelta(days=HORIZON_DAYS) <= as_of
            ]
            left = {account: day for account, day in churned.items() if day.year == year and day <= as_of}
            caught = [
                account
                for account, day in left.items()
                if any(
                    other == account and day - timedelta(days=HORIZON_DAYS) <= opened < day
                    for opened, other in by_rule[rule_id]
                )
            ]
            out.append(
                {
                    "rule_id": rule_id,
                    "year": year,
                    "alert_count": len(mine),
                    "account_count": len({account for _, account in mine}),
                    "followed_count": len(followed),
                    "judged_count": len(judged),
                    "precision": Fraction(len(followed), len(judged)) if judged else None,
                    "churn_count": len(left),
                    "caught_count": len(caught),
                    "recall": Fraction(len(caught), len(left)) if left else None,
                }
            )
    return out


def _left_after(churned: dict[str, date], alert: tuple[date, str], as_of: date) -> bool:
    opened, account = alert
    gone = churned.get(account)
    return gone is not None and opened < gone <= min(as_of, opened + timedelta(days=HORIZON_DAYS))

"""rpt_touchpoints and rpt_effort (docs/figures.md, section 5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row
from tests.oracle.scores import Answer, Response
from tests.oracle.stats import mean, weighted_mean

CAUSES = ("agent", "system", "process", "product", "billing", "technical", "other")
SWITCH_DAYS = 7
COLUMNS = {
    "rpt_touchpoints": ".quarter_start_date:d .touchpoint:s .channel:s response_count:i mean_score:f effort_count:i effort_score:f channel_share:f "
    "ticket_count:i "
    + " ".join(f"ticket_count_{cause}:i" for cause in (*CAUSES, "unknown"))
    + " ticket_channel_share:f",
    "rpt_effort": ".account_id:s .quarter_start_date:d asked_effort:f asked_count:i ticket_count:i reopens_per_ticket:f replies_per_ticket:f "
    "handoffs_per_ticket:f channel_switches_per_ticket:f effort_index:f preferred_channel:s",
}
_Cell = tuple[date, str, str | None]


def rows(known: Any) -> dict[str, list[Row]]:
    """Both tables."""
    tickets = published_tickets(known)
    return {"rpt_touchpoints": _touchpoints(known, tickets), "rpt_effort": _effort(known, tickets)}


def published_tickets(known: Any) -> dict[str, Row]:
    """ticket_id -> row with its quarter: up to as-of, not deleted."""
    return {
        row["ticket_id"]: row | {"quarter": known.calendar.quarter_of(row["created_at"])}
        for row in known.judged.rows("tickets")
        if row["status"] != "deleted" and known.calendar.quarter_of(row["created_at"]) is not None
    }


def is_open(response: Response) -> bool:
    """Counted, or left out only because nothing was scored."""
    return response.exclusion in (None, "no_scored_answer")


def efforts(response: Response) -> list[Answer]:
    """Answers about effort with a value."""
    return [
        answer for answer in response.answers if answer.question["measure"] == "effort" and answer.score is not None
    ]


def _touchpoints(known: Any, tickets: dict[str, Row]) -> list[Row]:
    scores: dict[_Cell, list[Fraction]] = defaultdict(list)
    asked: dict[_Cell, list[Fraction]] = defaultdict(list)
    named: dict[_Cell, set[str]] = defaultdict(set)
    for response in known.responses:
        channel = response.row["channel"]
        if response.is_counted:
            scores[(response.quarter, "overall", channel)].append(response.scores["overall"])
            pairs: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
            for answer in response.answers:
                if answer.is_scored and answer.question["touchpoint"] is not None:
                    pairs[answer.question["touchpoint"]].append((answer.weight, answer.score or Fraction(0)))
            for touchpoint, weighed in pairs.items():
                score = weighted_mean(weighed)
                assert score is not None
                scores[(response.quarter, touchpoint, channel)].append(score)
                named[(response.quarter, touchpoint, channel)].add(response.row["ticket_id"])
        if is_open(response):
            for answer in efforts(response):
                for touchpoint in {"overall", answer.question["touchpoint"]} - {None}:
                    cell = (response.quarter, touchpoint, channel)
                    asked[cell].append(answer.score or Fraction(0))
                    if touchpoint != "overall":
                        named[cell].add(response.row["ticket_id"])
    of_cell: dict[_Cell, list[Row]] = defaultdict(list)
    for cell, ids in named.items():
        of_cell[cell] = [tickets[name] for name in ids if name in tickets]
    for ticket in tickets.values():
        of_cell[(ticket["quarter"], "overall", ticket["channel"])].append(ticket)
    answered: Counter[tuple[date, str]] = Counter()
    for (quarter, touchpoint, _), values in scores.items():
        answered[(quarter, touchpoint)] += len(values)
    per_quarter = Counter(ticket["quarter"] for ticket in tickets.values())
    out = []
    for cell in {*scores, *asked, *of_cell}:
        quarter, touchpoint, channel = cell
        mine, causes = scores.get(cell, []), Counter(ticket["cause"] for ticket in of_cell.get(cell, []))
        count = sum(causes.values())
        if not (mine or asked.get(cell) or count):
            continue
        whole = answered[(quarter, touchpoint)]
        out.append(
            {
                "quarter_start_date": quarter,
                "touchpoint": touchpoint,
                "channel": channel,
                "response_count": len(mine),
                "mean_score": mean(mine) if mine else None,
                "effort_count": len(asked.get(cell, [])),
                "effort_score": mean(asked[cell]) if asked.get(cell) else None,
                "channel_share": Fraction(len(mine), whole) if whole else None,
                "ticket_count": count,
                **{f"ticket_count_{cause}": causes[cause] for cause in CAUSES},
                "ticket_count_unknown": causes[None],
                "ticket_channel_share": Fraction(count, per_quarter[quarter])
                if touchpoint == "overall" and per_quarter[quarter]
                else None,
            }
        )
    return out


def _effort(known: Any, tickets: dict[str, Row]) -> list[Row]:
    asked: dict[tuple[str, date], list[Fraction]] = defaultdict(list)
    for response in known.responses:
        if is_open(response):
            asked[(response.row["account_id"], response.quarter)] += [
                answer.score or Fraction(0) for answer in efforts(response)
            ]
    asked = {key: values for key, values in asked.items() if values}
    mine: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for ticket in tickets.values():
        mine[(ticket["account_id"], ticket["quarter"])].append(ticket)
    contacts: dict[tuple[str, date], Counter[str]] = defaultdict(Counter)
    for ticket in tickets.values():
        contacts[(ticket["account_id"], ticket["quarter"])][ticket["channel"]] += 1
    for response in known.responses:
        if response.is_counted and response.row["channel"] is not None:
            contacts[(response.row["account_id"], response.quarter)][response.row["channel"]] += 1
    seeds = Seeds(known.home / "seeds")
    switched = _switches(known, tickets)
    out = []
    for key in {*asked, *mine}:
        account, quarter = key
        values, there = asked.get(key, []), mine.get(key, [])
        replies = [whole(ticket["reply_count"]) for ticket in there if ticket["reply_count"] is not None]
        signals = {
            "asked_effort": mean(values) if values else None,
            "reopens": mean([whole(ticket["reopen_count"] or Decimal(0)) for ticket in there]) if there else None,
            "replies": mean(replies) if replies else None,
            "handoffs": mean([Fraction(_handoffs(known, ticket)) for ticket in there]) if there else None,
            "channel_switches": Fraction(sum(ticket["ticket_id"] in switched for ticket in there), len(there))
            if there
            else None,
        }
        last_day = known.calendar.last_day(quarter)
        pairs = []
        for (signal,), rule in seeds.latest("effort_weights", last_day, "signal").items():
            value = signals[signal]
            if value is not None and rule["weight"]:
                share = (value - rule["worst_at"]) / (rule["best_at"] - rule["worst_at"])
                pairs.append((rule["weight"], 1 + 4 * min(Fraction(1), max(Fraction(0), share))))
        used: Counter[str] = Counter()
        for back in range(4):
            used.update(contacts.get((account, add_months(quarter, -3 * back)), Counter()))
        out.append(
            {
                "account_id": account,
                "quarter_start_date": quarter,
                "asked_effort": signals["asked_effort"],
                "asked_count": len(values),
                "ticket_count": len(there),
                "reopens_per_ticket": signals["reopens"],
                "replies_per_ticket": signals["replies"],
                "handoffs_per_ticket": signals["handoffs"],
                "channel_switches_per_ticket": signals["channel_switches"],
                "effort_index": weighted_mean(pairs),
                "preferred_channel": min(used, key=lambda name: (-used[name], name.encode())) if used else None,
            }
        )
    return out


def whole(count: Decimal) -> Fraction:
    """A count as fct_tickets publishes it: a half rounds away from zero."""
    return Fraction(Decimal(count).quantize(Decimal(1), ROUND_HALF_UP))


def _handoffs(known: Any, ticket: Row) -> int:
    people = {version["assignee_id"] for version in known.judged.versions["tickets"][ticket["ticket_id"]]} - {None}
    return max(0, len(people) - 1)


def _switches(known: Any, tickets: dict[str, Row]) -> set[str]:
    """Tickets whose contact came by another channel within the days before."""
    found = set()
    by_person: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for ticket in tickets.values():
        if ticket["contact_id"] is not None:
            by_person[(ticket["account_id"], ticket["contact_id"])].append(ticket)
    for theirs in by_person.values():
        theirs.sort(key=lambda ticket: (ticket["created_at"], ticket["ticket_id"].encode()))
        for earlier, later in pairwise(theirs):
            days = known.calendar.local(later["created_at"]) - known.calendar.local(earlier["created_at"])
            if days <= timedelta(days=SWITCH_DAYS) and earlier["channel"] != later["channel"]:
                found.add(later["ticket_id"])
    return found

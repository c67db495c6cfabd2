"""Section 3, Satisfaction: intervals robust to accounts, suppression, and why the global mean moved."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row
from tests.oracle.scores import Response
from tests.oracle.stats import Interval, mean, root

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "fct_satisfaction_quarterly+robust": ".quarter_start_date:d .scope_type:s .scope_id:s .category:s account_count:i robust_ci95_low:f "
    "robust_ci95_high:f is_suppressed:b is_comment_suppressed:b",
    "rpt_satisfaction_changes": ".quarter_start_date:d .category:s .dimension:s .group_id:s group_name:s response_count:i previous_response_count:i "
    "mean_score:f previous_mean_score:f share:f previous_share:f rate_effect:f mix_effect:f contribution:f change:f contribution_rank:i",
}
_DIMENSIONS = ("project", "account", "tier", "industry", "region")
_NINE_DIGITS = 10**9


def rows(known: Known) -> dict[str, list[Row]]:
    seeds = Seeds(known.home / "seeds")
    robust = []
    for (quarter, scope_type, scope_id, category), members in known.groups.items():
        policy = seeds.latest("suppression_policy", known.calendar.last_day(quarter), "scope_type")[(scope_type,)]
        scores = [(member.row["account_id"], member.scores[category]) for member in members]
        low, high = robust_interval(scores, known) or (None, None)
        robust.append(
            {
                "quarter_start_date": quarter,
                "scope_type": scope_type,
                "scope_id": scope_id,
                "category": category,
                "account_count": len({account for account, _ in scores}),
                "robust_ci95_low": low,
                "robust_ci95_high": high,
                "is_suppressed": len(members) < policy["min_responses"],
                "is_comment_suppressed": len(members) < policy["min_responses_for_comments"],
            }
        )
    return {"fct_satisfaction_quarterly+robust": robust, "rpt_satisfaction_changes": _changes(known)}


def robust_interval(scores: list[tuple[str, Fraction]], known: Known) -> Interval | None:
    """95 % interval of a mean of (account, score), accounts answering alike; None for fewer than two accounts."""
    middle = mean([score for _, score in scores])
    off: dict[str, Fraction] = defaultdict(Fraction)
    for account, score in scores:
        off[account] += score - middle
    if len(off) < 2:
        return None
    spread = Fraction(len(off), len(off) - 1) * sum((total**2 for total in off.values()), Fraction(0))
    half = known.rules.t(len(off) - 1) * root(spread) / len(scores)
    return float(middle) - half, float(middle) + half


def _changes(known: Known) -> list[Row]:
    found = []
    for (quarter, scope_type, _, category), members in known.groups.items():
        before = known.groups.get((add_months(quarter, -3), "global", "global", category))
        if scope_type == "global" and before:
            for dimension in _DIMENSIONS:
                key = {"quarter_start_date": quarter, "category": category, "dimension": dimension}
                found += [key | row for row in _contributions(before, members, dimension, category, known)]
    return found


def _contributions(
    before: list[Response], now: list[Response], dimension: str, category: str, known: Known
) -> list[Row]:
    sides = [_grouped(members, dimension, category, known) for members in (before, now)]
    old_all, new_all = (mean([member.scores[category] for member in members]) for members in (before, now))
    found = []
    for group in sides[0].keys() | sides[1].keys():
        old, new = (side.get(group, []) for side in sides)
        w0, w1 = Fraction(len(old), len(before)), Fraction(len(new), len(now))
        y0, y1 = mean(old or new), mean(new or old)
        rate = (w0 + w1) / 2 * (y1 - y0)
        mix = (w1 - w0) * ((y0 + y1) / 2 - (old_all + new_all) / 2)
        found.append(
            {
                "group_id": group,
                "group_name": _name_of(group, dimension, known),
                "response_count": len(new),
                "previous_response_count": len(old),
                "mean_score": y1 if new else None,
                "previous_mean_score": y0 if old else None,
                "share": w1,
                "previous_share": w0,
                "rate_effect": rate,
                "mix_effect": mix,
                "contribution": rate + mix,
                "change": new_all - old_all,
            }
        )
    found.sort(key=_by_size)
    return [row | {"contribution_rank": rank} for rank, row in enumerate(found, start=1)]


def _by_size(row: Row) -> Any:
    size = math.floor(abs(row["contribution"]) * _NINE_DIGITS + Fraction(1, 2))
    return -size, row["group_id"] is None, (row["group_id"] or "").encode()


def _grouped(members: list[Response], dimension: str, category: str, known: Known) -> dict[Any, list[Fraction]]:
    groups: dict[Any, list[Fraction]] = defaultdict(list)
    for member in members:
        groups[_group_of(member, dimension, known)].append(member.scores[category])
    return groups


def _group_of(member: Response, dimension: str, known: Known) -> Any:
    account, quarter = known.judged.current["accounts"][member.row["account_id"]], member.quarter
    if dimension == "project":
        return member.survey["project_id"]
    if dimension == "tier":
        return _tier(account["account_id"], quarter, known)
    return account["account_id" if dimension == "account" else dimension]


def _name_of(group: Any, dimension: str, known: Known) -> Any:
    if dimension == "project":
        return str(known.judged.current["projects"][group]["project_name"])
    if dimension == "account":
        return str(known.judged.current["accounts"][group]["account_name"])
    return group


def _tier(account: str, quarter: date, known: Known) -> Any:
    row = known.tiers.get((account, quarter))
    return row and row["account_tier"]

"""fct_satisfaction_quarterly: every scope, category and quarter with a counted response."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.oracle.calendar import Calendar, add_months
from tests.oracle.judging import Judged
from tests.oracle.reading import Row
from tests.oracle.rules import Rules
from tests.oracle.scores import Invited, Response
from tests.oracle.stats import at_least, mean, mean_interval, root, variance, wilson

GroupKey = tuple[date, str, str, str]  # quarter, scope type, scope id, category
Groups = dict[GroupKey, list[Response]]


def group_responses(responses: list[Response], judged: Judged, tiers: dict[tuple[str, date], Row]) -> Groups:
    """Counted responses of every group; the members all have a score in the group's category."""
    groups: Groups = defaultdict(list)
    for response in responses:
        if not response.is_counted:
            continue
        account = judged.current["accounts"][response.row["account_id"]]
        tier = tiers.get((account["account_id"], response.quarter))
        scopes = {
            "global": "global",
            "project": response.survey["project_id"],
            "account": account["account_id"],
            "tier": tier and tier["account_tier"],
            "industry": account["industry"],
            "region": account["region"],
        }
        for scope_type, scope_id in scopes.items():
            for category in response.scores if scope_id is not None else ():
                groups[(response.quarter, scope_type, scope_id, category)].append(response)
    return groups


def satisfaction_rows(groups: Groups, judged: Judged, rules: Rules, calendar: Calendar, invited: Invited) -> list[Row]:
    """One row per group."""
    means = {key: mean(_scores(key, members)) for key, members in groups.items()}
    rows = []
    for key, members in groups.items():
        quarter, scope_type, scope_id, category = key
        scores = _scores(key, members)
        threshold: Fraction = rules.on("award_rules", calendar.last_day(quarter))["threshold"]
        top = sum(at_least(score, threshold) for score in scores)
        interval, top_interval = mean_interval(scores, rules.t) or (None, None), wilson(top, len(scores))
        has_invitations = scope_type in ("global", "project", "account")
        contacts = [member.row["contact_id"] for member in members]
        rows.append(
            {
                "quarter_start_date": quarter,
                "scope_type": scope_type,
                "scope_id": scope_id,
                "scope_name": _name(judged, scope_type, scope_id),
                "category": category,
                "response_count": len(members),
                "respondent_count": len(set(contacts) - {None}) + contacts.count(None),
                "invitation_count": invited.count(quarter, scope_type, scope_id) if has_invitations else None,
                "response_rate": invited.rate(quarter, scope_type, scope_id) if has_invitations else None,
                "mean_score": means[key],
                "sd_score": root(variance(scores)) if len(scores) > 1 else None,
                "ci95_low": interval[0],
                "ci95_high": interval[1],
                "top2box_rate": Fraction(top, len(scores)),
                "top2box_low": top_interval[0],
                "top2box_high": top_interval[1],
                "is_in_loyalty_zone": at_least(means[key], threshold),
                "previous_quarter_mean": means.get((add_months(quarter, -3), scope_type, scope_id, category)),
                "previous_year_mean": means.get((add_months(quarter, -12), scope_type, scope_id, category)),
                "is_closed": calendar.is_closed(quarter),
            }
        )
    return rows


def _scores(key: GroupKey, members: list[Response]) -> list[Fraction]:
    return [member.scores[key[3]] for member in members]


def _name(judged: Judged, scope_type: str, scope_id: str) -> str:
    if scope_type == "project":
        return str(judged.current["projects"][scope_id]["project_name"])
    if scope_type == "account":
        return str(judged.current["accounts"][scope_id]["account_name"])
    return scope_id

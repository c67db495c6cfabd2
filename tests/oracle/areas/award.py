"""Section 1, Award: class bounds, the running year quarter by quarter, who was invited."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import calendar_quarter, end_of_quarter
from tests.oracle.reading import Row
from tests.oracle.schema import CATEGORIES, OVERALL
from tests.oracle.scores import Response, response_score
from tests.oracle.stats import at_least, below, mean, weighted_mean

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "rpt_award_eligibility+bounds": ".project_id:s .category:s .award_year:i class_answer_count:i mean_low:f mean_high:f bounds_verdict:s",
    "rpt_award_eligibility+invited": ".project_id:s .category:s .award_year:i invitation_count:i answered_count:i response_rate:f",
    "rpt_award_running": ".project_id:s .category:s .award_year:i .calendar_quarter:i quarter_end_date:d response_count:i mean_score:f waves:i "
    "quarter_response_count:i quarter_mean_score:f threshold:f min_waves:i running_status:s needed_mean_rest_of_year:f",
    "rpt_award_invitations": ".award_year:i .project_id:s .dimension:s .group_id:s eligible_count:i invited_count:i answered_count:i "
    "eligible_share:f invited_share:f share_difference:f response_rate:f",
}
_Class = dict[tuple[str, Fraction], tuple[Fraction, Fraction]]  # (scale, value) -> (score_low, score_high)


@dataclass(frozen=True)
class Vote:
    """A counted response in a row of the award, with its score there."""

    response: Response
    score: Fraction


def rows(known: Known) -> dict[str, list[Row]]:
    seeds = Seeds(known.home / "seeds")
    classes = {
        (row["scale_id"], row["value"]): (row["score_low"], row["score_high"]) for row in seeds.rows("scale_classes")
    }
    bounds, running, invited = [], [], []
    sent = customer_invitations(known)
    for project in known.judged.rows("projects"):
        for year in known.calendar.award_years:
            own = [each for each in sent if each.project == project["project_id"] and each.day.year == year]
            for category in (OVERALL, *CATEGORIES):
                key = {"project_id": project["project_id"], "category": category, "award_year": year}
                votes = _votes(known, project["project_id"], category, year)
                rule = known.rules.on("award_rules", date(year, 12, 31))
                invited.append(key | _rate(own))
                bounds.append(key | _bounds(votes, category, classes, rule["threshold"]))
                for number in (1, 2, 3, 4):
                    if date(year, 3 * number - 2, 1) <= known.calendar.as_of:
                        running.append(key | _running(votes, year, number, rule, known))
    return {
        "rpt_award_eligibility+bounds": bounds,
        "rpt_award_eligibility+invited": invited,
        "rpt_award_running": running,
        "rpt_award_invitations": _invitations_by_tier(known) + _invitations_by_agent(known, seeds),
    }


def _votes(known: Known, project: str, category: str, year: int) -> list[Vote]:
    return [
        Vote(response, score)
        for response in known.responses
        if response.is_counted and response.survey["project_id"] == project and response.day.year == year
        if (score := response_score(response.answers, category, award_only=True)) is not None
    ]


def _bounds(votes: list[Vote], category: str, classes: _Class, threshold: Fraction) -> Row:
    lows, highs, listed = [], [], 0
    for vote in votes:
        low, high = [], []
        for answer in vote.response.answers:
            if not (answer.is_scored and answer.counts_for_award and answer.score is not None):
                continue
            if category not in (OVERALL, answer.question["category"]):
                continue
            found = classes.get((answer.question["scale_id"], Fraction(answer.row["value"])))
            listed += found is not None
            low.append((answer.weight, found[0] if found else answer.score))
            high.append((answer.weight, found[1] if found else answer.score))
        lows.append(weighted_mean(low) or Fraction(0))
        highs.append(weighted_mean(high) or Fraction(0))
    mean_low, mean_high = (mean(side) if side else None for side in (lows, highs))
    if listed == 0 or mean_low is None or mean_high is None:
        verdict = None
    else:
        verdict = "proven" if at_least(mean_low, threshold) else "refuted" if below(mean_high, threshold) else "open"
    return {"class_answer_count": listed, "mean_low": mean_low, "mean_high": mean_high, "bounds_verdict": verdict}


def _running(votes: list[Vote], year: int, number: int, rule: dict[str, Any], known: Known) -> Row:
    as_of, end = known.calendar.as_of, end_of_quarter(date(year, 3 * number - 2, 1))
    day = min(end, as_of)
    so_far = [vote for vote in votes if vote.response.day <= day]
    of_quarter = [vote for vote in so_far if calendar_quarter(vote.response.day) == number]
    scores, waves = [vote.score for vote in so_far], len({vote.response.wave for vote in so_far})
    threshold, min_waves, n = rule["threshold"], int(rule["min_waves"]), len(so_far)
    is_good = n > 0 and at_least(mean(scores), threshold)
    to_come = 4 - number + (as_of <= end and not of_quarter)
    if n == 0:
        status = "no_data"
    elif number == 4 and known.calendar.is_year_closed(year):
        status = "eligible" if is_good and waves >= min_waves else "not_eligible"
    else:
        status = "on_track" if is_good and waves + to_come >= min_waves else "at_risk"
    rest = Fraction(n, number) * (4 - number)
    return {
        "calendar_quarter": number,
        "quarter_end_date": end,
        "response_count": n,
        "mean_score": mean(scores) if scores else None,
        "waves": waves,
        "quarter_response_count": len(of_quarter),
        "quarter_mean_score": mean([vote.score for vote in of_quarter]) if of_quarter else None,
        "threshold": threshold,
        "min_waves": min_waves,
        "running_status": status,
        "needed_mean_rest_of_year": (threshold * (n + rest) - sum(scores, Fraction(0))) / rest if rest else None,
    }


@dataclass(frozen=True)
class Invitation:
    """A customer invitation sent up to as-of."""

    row: Row
    project: str
    day: date
    is_answered: bool


def customer_invitations(known: Known) -> list[Invitation]:
    """Invitations of all surveys but those of kind staff, by local date; answered when a counted response carries their id."""
    answered = {response.row["invitation_id"] for response in known.responses if response.is_counted}
    found = []
    for row in known.judged.rows("invitations"):
        survey, day = known.judged.current["surveys"][row["survey_id"]], known.calendar.local(row["sent_at"])
        if survey["kind"] != "staff" and day <= known.calendar.as_of:
            found.append(Invitation(row, survey["project_id"], day, row["invitation_id"] in answered))
    return found


def _rate(invitations: list[Invitation]) -> Row:
    answered = sum(invitation.is_answered for invitation in invitations)
    return {
        "invitation_count": len(invitations),
        "answered_count": answered,
        "response_rate": Fraction(answered, len(invitations)) if invitations else None,
    }


def _invitations_by_tier(known: Known) -> list[Row]:
    of_year: dict[tuple[int, str], list[Invitation]] = defaultdict(list)
    for invitation in customer_invitations(known):
        of_year[(invitation.day.year, invitation.project)].append(invitation)
    found = []
    for (year, project), invitations in of_year.items():
        last = max((quarter for quarter in known.calendar.quarters if quarter.year == year), default=None)
        tiers = {account: row["account_tier"] for (account, quarter), row in known.tiers.items() if quarter == last}
        invited = {invitation.row["account_id"] for invitation in invitations}
        answered = {invitation.row["account_id"] for invitation in invitations if invitation.is_answered}
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for tier in tiers.values():
            counts[tier][0] += 1
        for account in invited:
            counts[tiers.get(account, "not_a_customer")][1] += 1
            counts[tiers.get(account, "not_a_customer")][2] += account in answered
        found += _shares({"award_year": year, "project_id": project, "dimension": "tier"}, counts)
    return found


def _invitations_by_agent(known: Known, seeds: Seeds) -> list[Row]:
    sent: dict[tuple[str, str], list[Invitation]] = defaultdict(list)
    for invitation in customer_invitations(known):
        sent[(invitation.project, invitation.row["contact_id"])].append(invitation)
    counts: dict[tuple[int, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for row in known.judged.rows("tickets"):
        day = known.calendar.local(row["created_at"])
        if row["status"] == "deleted" or day > known.calendar.as_of:
            continue
        if row["assignee_id"] is None or row["contact_id"] is None or row["project_id"] is None:
            continue
        window = timedelta(days=int(seeds.on("integrity_policy", date(day.year, 12, 31))["answer_window_days"]))
        near = [
            invitation
            for invitation in sent.get((row["project_id"], row["contact_id"]), [])
            if day <= invitation.day <= day + window
        ]
        count = counts[(day.year, row["project_id"])][row["assignee_id"]]
        count[0] += 1
        count[1] += bool(near)
        count[2] += any(invitation.is_answered for invitation in near)
    return [
        row
        for (year, project), groups in counts.items()
        for row in _shares({"award_year": year, "project_id": project, "dimension": "agent"}, groups)
    ]


def _shares(key: Row, counts: dict[str, list[int]]) -> list[Row]:
    all_eligible, all_invited = (sum(count[place] for count in counts.values()) for place in (0, 1))
    found = []
    for group, (eligible, invited, answered) in counts.items():
        eligible_share = Fraction(eligible, all_eligible) if all_eligible else None
        invited_share = Fraction(invited, all_invited) if all_invited else None
        is_known = eligible_share is not None and invited_share is not None
        found.append(
            key
            | {
                "group_id": group,
                "eligible_count": eligible,
                "invited_count": invited,
                "answered_count": answered,
                "eligible_share": eligible_share,
                "invited_share": invited_share,
                "share_difference": (invited_share or 0) - (eligible_share or 0) if is_known else None,
                "response_rate": Fraction(answered, invited) if invited else None,
            }
        )
    return found

"""rpt_account_participants and rpt_account_reviews (docs/figures.md, section 9)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.areas.alerts import STANDING, alert_rows
from tests.oracle.areas.contacts import contact_roles
from tests.oracle.areas.people import rows as people_rows
from tests.oracle.areas.programme import rows as programme_rows
from tests.oracle.areas.programme import targets
from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row
from tests.oracle.schema import CATEGORIES
from tests.oracle.scores import Response
from tests.oracle.stats import below, mean

COLUMNS = {
    "rpt_account_participants": ".account_id:s .quarter_start_date:d .contact_id:s full_name:s job_title:s buying_role:s buying_role_source:s "
    "is_invited:b took_part:b response_count:i mean_score:f lowest_category:s lowest_category_score:f comments:s is_dissatisfied:b "
    "previous_mean:f previous_quarter_start_date:d",
    "rpt_account_reviews": ".account_id:s .quarter_start_date:d account_name:s account_tier:s service_tier:s quadrant:s previous_quadrant:s "
    "mean_score:f response_count:i previous_quarter_mean:f segment_mean:f global_mean:f participant_count:i non_respondent_count:i "
    "is_decision_maker_heard:b top_gap_category:s top_gap:f top_gap_origin:s top_gaps:s open_alert_count:i open_alerts:s "
    "raised_last_time_count:i raised_last_time:s settled_count:i raised_again_count:i executive_sponsor_id:s account_manager_id:s "
    "is_sponsor_within_limit:b is_manager_within_limit:b last_review_date:d next_review_date:d",
}
_Key = tuple[str, date]


def rows(known: Any) -> dict[str, list[Row]]:
    """Both tables."""
    people = _participants(known)
    return {"rpt_account_participants": people, "rpt_account_reviews": _reviews(known, people)}


def _participants(known: Any) -> list[Row]:
    given: dict[tuple[str, date, str], list[Response]] = defaultdict(list)
    for response in known.responses:
        if response.is_counted and response.row["contact_id"] is not None:
            given[(response.row["account_id"], response.quarter, response.row["contact_id"])].append(response)
    invited = set()
    for row in known.judged.rows("invitations"):
        quarter = known.calendar.quarter_of(row["sent_at"])
        is_staff = known.judged.current["surveys"][row["survey_id"]]["kind"] == "staff"
        if quarter is not None and not is_staff and row["contact_id"] is not None:
            invited.add((row["account_id"], quarter, row["contact_id"]))
    contacts, roles = known.judged.current["contacts"], contact_roles(known)
    out = []
    for key in {*given, *invited}:
        account, quarter, name = key
        contact, mine = contacts.get(name), given.get(key, [])
        score = mean([response.scores["overall"] for response in mine]) if mine else None
        by_category = {
            category: mean(values)
            for category in CATEGORIES
            if (values := [response.scores[category] for response in mine if category in response.scores])
        }
        lowest = min(by_category, key=lambda category: (by_category[category], category), default=None)
        comments = [
            (response.row["responded_at"], answer.row["answer_id"].encode(), answer.row["comment"])
            for response in mine
            for answer in response.answers
            if answer.row["comment"] is not None
        ]
        earlier = [k for k in given if k[0] == account and k[2] == name and k[1] < quarter]
        last = max(earlier, key=lambda k: k[1], default=None)
        limit = targets(known, quarter)["person_mean_score"]["target_low"]
        out.append(
            {
                "account_id": account,
                "quarter_start_date": quarter,
                "contact_id": name,
                "full_name": contact and contact["full_name"],
                "job_title": contact and contact["job_title"],
                "buying_role": contact and roles[name][0],
                "buying_role_source": contact and roles[name][1],
                "is_invited": key in invited,
                "took_part": bool(mine),
                "response_count": len(mine),
                "mean_score": score,
                "lowest_category": lowest,
                "lowest_category_score": by_category.get(lowest) if lowest else None,
                "comments": " | ".join(text for _, _, text in sorted(comments)) or None,
                "is_dissatisfied": None if score is None or limit is None else below(score, limit),
                "previous_mean": mean([r.scores["overall"] for r in given[last]]) if last else None,
                "previous_quarter_start_date": last and last[1],
            }
        )
    return out


def _reviews(known: Any, people: list[Row]) -> list[Row]:
    accounts = known.judged.current["accounts"]
    quadrants = {(row["account_id"], row["quarter_start_date"]): row for row in known.tables["fct_account_quadrants"]}
    scores = {
        (row["scope_id"], row["quarter_start_date"]): row
        for row in known.tables["fct_satisfaction_quarterly"]
        if (row["scope_type"], row["category"]) == ("account", "overall")
    }
    gaps: dict[_Key, list[Row]] = defaultdict(list)
    for row in known.tables["rpt_gaps"]:
        gaps[(row["account_id"], row["quarter_start_date"])].append(row)
    participants: dict[_Key, list[Row]] = defaultdict(list)
    for row in people:
        participants[(row["account_id"], row["quarter_start_date"])].append(row)
    alerts: dict[_Key, list[Row]] = defaultdict(list)
    for row in alert_rows(known):
        alerts[(row["account_id"], row["quarter_start_date"])].append(row)
    coverage = {(row["account_id"], row["quarter_start_date"]): row for row in people_rows(known)["rpt_coverage"]}
    loads = {
        (row["quarter_start_date"], row["role"], row["employee_id"]): row["is_within_limit"]
        for row in programme_rows(known)["rpt_relationship_load"]
    }
    seeds = Seeds(known.home / "seeds")
    previous_means = {key: row["mean_score"] for key, row in scores.items()}
    out = []
    for (account, quarter), tier in known.tiers.items():
        key, before = (account, quarter), (account, add_months(quarter, -3))
        row, here = accounts[account], scores.get((account, quarter))
        short = _shortfalls(gaps[key])
        means = {gap["gap_kind"]: gap["reference_mean"] for gap in gaps[key] if gap["category"] == "overall"}
        standing = [alert for alert in alerts[key] if alert["state"] in STANDING]
        last_time = alerts[before]
        now_rules = {alert["rule_id"] for alert in alerts[key]}
        day = known.calendar.last_day(quarter)
        reviewed = [
            local
            for activity in known.judged.rows("activities")
            if activity["account_id"] == account
            and activity["kind"] == "executive_review"
            and (local := known.calendar.local(activity["occurred_at"])) <= day
        ]
        days = seeds.latest("review_cadence", day, "service_tier")[(tier["service_tier"],)]["days_between"]
        sponsor, manager = row["executive_sponsor_id"], row["account_manager_id"]
        out.append(
            {
                "account_id": account,
                "quarter_start_date": quarter,
                "account_name": row["account_name"],
                "account_tier": tier["account_tier"],
                "service_tier": tier["service_tier"],
                "quadrant": quadrants[key]["quadrant"],
                "previous_quadrant": quadrants[key]["previous_quadrant"],
                "mean_score": here and here["mean_score"],
                "response_count": here["response_count"] if here else 0,
                "previous_quarter_mean": previous_means.get(before),
                "segment_mean": means.get("segment"),
                "global_mean": means.get("global"),
                "participant_count": sum(person["took_part"] for person in participants[key]),
                "non_respondent_count": sum(not person["took_part"] for person in participants[key]),
                "is_decision_maker_heard": coverage[key]["is_decision_maker_heard"],
                "top_gap_category": short[0]["category"] if short else None,
                "top_gap": short[0]["gap"] if short else None,
                "top_gap_origin": short[0]["origin"] if short else None,
                "top_gaps": ", ".join(
                    f"{gap['category']} ({_two(gap['gap'])}, {gap['origin'] or 'unknown'})" for gap in short[:3]
                )
                or None,
                "open_alert_count": len(standing),
                "open_alerts": _names(standing),
                "raised_last_time_count": len(last_time),
                "raised_last_time": _names(last_time),
                "settled_count": sum(alert["state"] not in STANDING for alert in last_time),
                "raised_again_count": len({alert["rule_id"] for alert in last_time} & now_rules),
                "executive_sponsor_id": sponsor,
                "account_manager_id": manager,
                "is_sponsor_within_limit": loads.get((quarter, "executive_sponsor", sponsor)),
                "is_manager_within_limit": loads.get((quarter, "account_manager", manager)),
                "last_review_date": max(reviewed, default=None),
                "next_review_date": max(reviewed, default=day) + timedelta(days=int(days)),
            }
        )
    return out


def _shortfalls(gaps: list[Row]) -> list[Row]:
    """Target shortfalls, the most expensive first."""
    mine = [gap for gap in gaps if gap["gap_kind"] == "target" and gap["gap_class"] == "shortfall"]
    return sorted(
        mine,
        key=lambda gap: (
            gap["priority"] is None,
            -round(gap["priority"] or 0.0, 6),
            -round(gap["gap"], 6),
            gap["category"],
        ),
    )


def _names(alerts: list[Row]) -> str | None:
    return ", ".join(sorted({alert["rule_id"] for alert in alerts})) or None


def _two(gap: float) -> str:
    return str(Decimal(repr(float(Fraction(gap).limit_denominator(10**9)))).quantize(Decimal("0.01"), ROUND_HALF_UP))

"""One account's pack as plain data, the same for the page and for the paper: headings, sentences, tables of texts."""

from __future__ import annotations

from typing import Any

from scoreboard.reports.account_pack import alerts, words
from scoreboard.reports.account_pack.facts import Facts
from scoreboard.reports.account_pack.meeting import after_the_meeting, rehearsal
from scoreboard.reports.charts import figures
from scoreboard.reports.charts.quadrant_marks import quadrant_name
from scoreboard.warehouse.reader import Row

Content = dict[str, Any]

_CATEGORIES = ("overall", "technical_support", "field_service", "customer_service", "account_management")
_KINDS = ("segment", "global", "target", "perception", "expectation")


def content_of(facts: Facts) -> Content:
    """Everything the templates print."""
    review = facts.review
    return {
        "title": words.name(review["account_name"]),
        "account_id": words.name(facts.account_id),
        "quarter": facts.quarter.label,
        "period": f"{facts.quarter.start} to {facts.quarter.end}",
        "imprint": facts.imprint,
        "glance": _glance(facts),
        "lead": _lead(facts),
        "people": [_person(row, facts) for row in facts.people],
        "comments": _comments(facts),
        "silence": _silence(facts),
        "comparison": _comparison(facts),
        "gaps": _gaps(facts),
        # where nothing was scored there is nothing to say of targets either
        "no_gaps": "No category falls short of its target by as much as counts as a gap." if facts.gaps else "",
        "alerts": alerts.by_rule(facts),
        "older_alerts": alerts.older(facts),
        "last_time": alerts.last_time(facts),
        "standing": _standing(facts),
        "tactics": [
            [str(row["tactic_number"]), words.sentence(row["tactic"]), words.code_words(row["owner_role"])]
            for row in facts.tactics
        ],
        "relationship": _relationship(facts),
        "questions": list(words.QUESTIONS),
        "rehearsal": rehearsal(facts, _own(facts), _systemic(facts)),
        "after": after_the_meeting(facts, alerts.open_now(facts)),
        "next_review": _next_review(facts),
    }


def _glance(facts: Facts) -> list[list[str]]:
    review = facts.review
    place = ", ".join(words.name(review[part]) for part in ("industry", "region", "country") if review[part])
    share = "" if review["revenue_share"] is None else f", {figures.percent(review['revenue_share'])} of all revenue"
    tier = words.TIERS.get(review["account_tier"], words.code_words(review["account_tier"]))
    return [
        [
            "Tier",
            f"{tier}, {words.TIER_REASONS.get(review['tier_reason'] or '', words.code_words(review['tier_reason']))}; service tier {review['service_tier']}",
        ],
        ["Revenue, four quarters", figures.money(float(review["revenue_t4q"] or 0), facts.currency) + share],
        ["Business", place or "unknown"],
        ["Customer since", words.day(review["customer_since_date"])],
        ["Quadrant", quadrant_name(review["quadrant"])],
        ["Executive sponsor", words.name(review["executive_sponsor_name"], "nobody")],
        ["Account manager", words.name(review["account_manager_name"], "nobody")],
        ["Next executive review", _next_review(facts)],
    ]


def _lead(facts: Facts) -> list[str]:
    review = facts.review
    lead = [_heard(facts)]
    if facts.is_score_hidden:
        lead.append("The score is withheld: too few responses (suppression_policy.csv).")
    elif review["mean_score"] is None:
        lead.append("There is no score for the quarter.")
    else:
        score = words.score(review["mean_score"], facts.threshold)
        before = words.change(review["mean_score"], review["previous_quarter_mean"])
        since = (
            "no score the quarter before"
            if review["previous_quarter_mean"] is None
            else f"{before} on the quarter before"
        )
        lead.append(
            f"Mean {score} of 5 from {figures.count(review['response_count'], 'response')}, {since};"
            f" other {review['account_tier']} accounts {words.score(review['segment_mean'])},"
            f" all others {words.score(review['global_mean'])}."
        )
    own, shared = _own(facts), _systemic(facts)
    if own or shared:
        lead.append(
            f"Short of target: {figures.listing([words.category(row['category']) for row in [*own, *shared]])}"
            f" ({len(own)} this account's own, {len(shared)} shared with its segment)."
        )
    open_count = len(alerts.open_now(facts))
    lead.append(f"{figures.count(open_count, 'alert') if open_count else 'No alert'} open of this quarter or later.")
    if review["is_decision_maker_heard"] is False:
        lead.append("No decision maker was heard.")
    return lead


def _heard(facts: Facts) -> str:
    review = facts.review
    heard = f"{words.people(review['participant_count']).capitalize()} of the account answered in {facts.quarter.label}"
    if review["non_respondent_count"]:
        return f"{heard}, {words.people(review['non_respondent_count'])} invited did not."
    was_asked = any(row["is_invited"] for row in facts.people)
    return f"{heard}; {'everybody who was invited did' if was_asked else 'nobody was invited'}."


def _person(row: Row, facts: Facts) -> Content:
    return {
        "name": words.name(row["full_name"], f"contact {words.name(row['contact_id'])}"),
        "title": words.name(row["job_title"], "title unknown"),
        "role": words.ROLES.get(row["buying_role"] or "", "role unknown")
        + (" (by title)" if row["buying_role_source"] == "inferred" else ""),
        "part": _part(row),
        "score": words.score(row["mean_score"]),
        "is_dissatisfied": bool(row["is_dissatisfied"]),
        "previous": words.score(row["previous_mean"]),
        "lowest": words.category(row["lowest_category"]) + f" {words.score(row['lowest_category_score'])}"
        if row["lowest_category"]
        else words.NOTHING,
    }


def _part(row: Row) -> str:
    if row["took_part"]:
        return figures.count(row["response_count"], "response") + ("" if row["is_invited"] else ", not invited")
    return "invited, did not answer"


def _comments(facts: Facts) -> Content:
    overall = next((row for row in facts.scores if row["quarter_start_date"] == facts.quarter.start), None)
    if overall and overall["is_comment_suppressed"]:
        return {"note": "Comments are withheld: too few responses (suppression_policy.csv).", "said": []}
    said = [
        {"name": words.name(row["full_name"], f"contact {words.name(row['contact_id'])}"), "text": text}
        for row in facts.people
        if (text := words.comment(row["comments"]))
    ]
    return {"note": "" if said else "Nobody wrote a comment.", "said": said}


def _silence(facts: Facts) -> str:
    coverage = facts.coverage
    if coverage is None:
        return ""
    parts = [
        f"{coverage['contacts_in_touch']:,} in touch ({figures.count(coverage['known_contacts'], 'active contact')} known)"
    ]
    if coverage["is_single_threaded"]:
        parts.append("the relation hangs on one person")
    if coverage["decision_makers_left"]:
        parts.append(f"{figures.count(coverage['decision_makers_left'], 'decision maker')} left")
    parts.append(f"last answer {words.day(coverage['last_heard_date'])}")
    parts.append(f"last activity {words.day(coverage['last_activity_date'])}")
    return "; ".join(parts).capitalize() + "."


def _comparison(facts: Facts) -> list[list[str]]:
    """A row per category with answers: the account, and everything it is compared with."""
    table = []
    for category in _CATEGORIES:
        rows = {row["gap_kind"]: row for row in facts.gaps if row["category"] == category}
        if not rows:
            continue
        actual = next(iter(rows.values()))
        compared = []
        for kind in _KINDS:
            row = rows.get(kind)
            sure = "" if row is None or not row["is_significant"] else " *"
            compared.append(words.NOTHING if row is None else words.score(row["reference_mean"]) + sure)
        account = f"{words.score(actual['actual_mean'], facts.threshold)} ({actual['actual_count']:,})"
        table.append([words.category(category), account, *compared])
    return table


def _gaps(facts: Facts) -> list[list[str]]:
    return [
        [
            words.category(row["category"]),
            figures.signed(row["gap"]),
            words.NOTHING
            if row["ci95_low"] is None
            else f"{figures.signed(row['ci95_low'])} to {figures.signed(row['ci95_high'])}",
            _origin(row),
            words.NOTHING if row["priority"] is None else figures.money(float(row["priority"]), facts.currency),
        ]
        for row in [*_own(facts), *_systemic(facts)]
    ]


def _origin(row: Row) -> str:
    if row["origin"] == "systemic":
        return "systemic: its segment falls short too"
    return "its own" if row["origin"] == "account_specific" else "its own, or nothing to compare with"


def _shortfalls(facts: Facts) -> list[Row]:
    found = [row for row in facts.gaps if row["gap_kind"] == "target" and row["gap_class"] == "shortfall"]
    return sorted(found, key=lambda row: (-row["gap"], row["category"]))


def _own(facts: Facts) -> list[Row]:
    return [row for row in _shortfalls(facts) if row["origin"] != "systemic"]


def _systemic(facts: Facts) -> list[Row]:
    return [row for row in _shortfalls(facts) if row["origin"] == "systemic"]


def _standing(facts: Facts) -> list[list[str]]:
    now, before = facts.quadrant, facts.quadrant_before or {}
    return [
        ["Quadrant", quadrant_name(now["quadrant"]), quadrant_name(before["quadrant"]) if before else words.NOTHING],
        *(
            [label, words.points(now[column]), words.points(before[column]) if before else words.NOTHING]
            for label, column in (
                ("Engagement", "engagement_score"),
                ("… by what was recorded", "engagement_system"),
                ("… by those who serve them", "engagement_staff"),
                ("Usage", "usage_score"),
                ("… by what was recorded", "usage_system"),
                ("… by those who serve them", "usage_staff"),
            )
        ),
    ]


def _relationship(facts: Facts) -> list[list[str]]:
    review = facts.review
    rows = []
    for label, person, key in (
        ("Executive sponsor", "executive_sponsor", "sponsor"),
        ("Account manager", "account_manager", "manager"),
    ):
        if review[f"{person}_id"] is None:
            missing = (
                "a key account without a sponsor"
                if key == "sponsor" and review["account_tier"] == "key"
                else words.NOTHING
            )
            rows.append([label, "nobody", words.NOTHING, missing])
            continue
        rows.append(
            [
                label,
                words.name(review[f"{person}_name"], words.name(review[f"{person}_id"])),
                words.name(review[f"{key}_title"], "title unknown"),
                words.limit(review[f"is_{key}_within_limit"], review[f"{key}_account_count"], review[f"{key}_limit"]),
            ]
        )
    return rows


def _next_review(facts: Facts) -> str:
    due = facts.review["next_review_date"]
    last = facts.review["last_review_date"]
    text = words.day(due)
    if due is not None and due < facts.as_of:
        text += f" (was due {figures.count((facts.as_of - due).days, 'day')} before {facts.as_of})"
    return text + ("; there was none yet" if last is None else f"; the last one was on {words.day(last)}")

"""Section 3, People: which customers were heard, whom we know there, and who has fallen silent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle.areas.contacts import contact_roles
from tests.oracle.areas.seeds import Seeds
from tests.oracle.calendar import add_months
from tests.oracle.reading import Row

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "rpt_coverage": ".account_id:s .quarter_start_date:d response_count:i respondent_count:i is_heard:b invitation_count:i is_invited:b "
    "account_tier:s service_tier:s revenue_t4q:f decision_makers_heard:i recommenders_heard:i influencers_heard:i others_heard:i "
    "is_decision_maker_heard:b known_contacts:i contacts_in_touch:i is_single_threaded:b decision_makers_left:i last_heard_date:d "
    "last_activity_date:d is_silent_key_account:b"
}
_Signal = tuple[date, str | None]  # local date, contact


def rows(known: Known) -> dict[str, list[Row]]:
    seeds, roles = Seeds(known.home / "seeds"), contact_roles(known)
    heard, active = _heard(known), _active(known)
    return {
        "rpt_coverage": [
            _row(known, seeds, roles, account, quarter, heard.get(account, []), active.get(account, []))
            for account, quarter in known.tiers
        ]
    }


def _heard(known: Known) -> dict[str, list[_Signal]]:
    found: dict[str, list[_Signal]] = {}
    for response in known.responses:
        if response.is_counted:
            found.setdefault(response.row["account_id"], []).append((response.day, response.row["contact_id"]))
    return found


def _active(known: Known) -> dict[str, list[_Signal]]:
    found: dict[str, list[_Signal]] = {}
    for row in known.judged.rows("activities"):
        found.setdefault(row["account_id"], []).append((known.calendar.local(row["occurred_at"]), row["contact_id"]))
    return found


def _row(
    known: Known,
    seeds: Seeds,
    roles: dict[str, tuple[str | None, str]],
    account: str,
    quarter: date,
    heard: list[_Signal],
    active: list[_Signal],
) -> Row:
    last = known.calendar.last_day(quarter)
    tier = known.tiers[(account, quarter)]
    contacts = [contact for day, contact in heard if quarter <= day <= last]
    people = set(contacts) - {None}
    of_role = [roles.get(person or "", (None, "unknown"))[0] for person in people]
    own = [row for row in known.judged.rows("contacts") if row["account_id"] == account]
    year_before = add_months(quarter, -9)
    in_touch = {contact for day, contact in (*heard, *active) if year_before <= day <= last} - {None}
    left = [
        row
        for row in own
        if roles[row["contact_id"]][0] == "decision_maker"
        and row["is_active"] is False
        and quarter <= min(known.calendar.local(row["updated_at"]), known.calendar.as_of) <= last
    ]
    threshold = seeds.latest("alert_rules", last, "rule_id")[("silent_key_account",)]["threshold"]
    since = None if threshold is None else last - timedelta(days=int(threshold))
    invitations = known.invited.count(quarter, "account", account)
    return {
        "account_id": account,
        "quarter_start_date": quarter,
        "response_count": len(contacts),
        "respondent_count": len(people) + contacts.count(None),
        "is_heard": bool(contacts),
        "invitation_count": invitations,
        "is_invited": invitations > 0,
        "account_tier": tier["account_tier"],
        "service_tier": tier["service_tier"],
        "revenue_t4q": tier["revenue_t4q"],
        "decision_makers_heard": of_role.count("decision_maker"),
        "recommenders_heard": of_role.count("recommender"),
        "influencers_heard": of_role.count("influencer"),
        "others_heard": of_role.count(None),
        "is_decision_maker_heard": "decision_maker" in of_role,
        "known_contacts": sum(row["is_active"] is True for row in own),
        "contacts_in_touch": len(in_touch),
        "is_single_threaded": len(in_touch) == 1,
        "decision_makers_left": len(left),
        "last_heard_date": max((day for day, _ in heard if day <= last), default=None),
        "last_activity_date": max((day for day, _ in active if day <= last), default=None),
        "is_silent_key_account": tier["account_tier"] == "key"
        and since is not None
        and not any(since < day <= last for day, _ in (*heard, *active)),
    }

"""The sample company on a day on which mistakes are put right: what its vendors show before it and after.

`vendor_company` holds valid, current rows alone. Here some rows of those entities that vendors stamp are first seen as they
were before somebody corrected them, and beside them stand rows that no rule lets pass: those of the file demo's mistakes that
a vendor's own fields can hold. What only a file can hold has no place here: text in a field that is typed at the vendor's, a
doubled key, a field left out that the vendor insists on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from demo.company.asking import SCALES
from demo.vendors.company import Row, Tables
from scoreboard.entities import ENTITIES

BEFORE, AFTER = datetime(2026, 4, 20, 8), datetime(2026, 4, 21, 9)
"""When the vendors are asked, UTC: after the company's last row, and after the corrections."""
_CORRECTED = datetime(2026, 4, 20, 9)

_WAS: dict[str, Row] = {  # what stood there before: the file demo's older versions, where a vendor lets a field change
    "employees": {"job_title": "Trainee"},
    "accounts": {"industry": "manufacturing"},
    "contacts": {"job_title": "Trainee"},
    "revenue": {"amount": 100},
    "opportunities": {"stage": "qualified", "is_closed": False, "is_won": False},
    "activities": {"kind": "meeting"},
    "tickets": {"status": "open", "solved_at": None},
    "responses": {"channel": "unknown"},
}
_MAY_CHANGE: dict[str, Callable[[Row], bool]] = {
    # a call stays a call at every vendor, and a mail a mail; only a meeting may turn out to be another kind of event
    "activities": lambda row: row["kind"] in ("event", "executive_review"),
    "opportunities": lambda row: row["is_closed"],
    "tickets": lambda row: row["status"] == "solved",
    "responses": lambda row: row["is_complete"] and row["channel"] != "unknown",
}
_SPOILED = {"accounts": {"lifecycle_stage": "dormant"}, "tickets": {"cause": "gremlins"}}
"""Words that the contract does not know: by one "correction" of each entity a good row became a bad one."""
_EACH = 8  # rows of an entity that were corrected

_AT = datetime(2026, 4, 17, 12)
_ORPHAN, _WORD = "orphan_key", "unknown_enum"
_COMPANY = {"account_name": "Sleepy Hollow Ltd", "is_strategic": False}
_PERSON = {"full_name": "Sol Winter", "email": "sol.winter@sleepyhollow.example", "is_active": True}
_SALE = {"recognised_on": date(2025, 6, 30), "amount": 1200}
_DEAL = {"created_on": date(2025, 5, 2), "stage": "proposal", "amount": 900, "is_closed": False, "is_won": False}
_REQUEST = {
    "channel": "email",
    "priority": "normal",
    "status": "open",
    "created_at": _AT,
    "reopen_count": 0,
    "reply_count": 0,
}
_SURVEY = {"survey_name": "Closed line", "kind": "relationship"}

Refused = tuple[str, str, str]


@dataclass(frozen=True)
class Corrected:
    """`first` and `now` have the same rows in the same order; both sets hold (entity, rule, key) of what no rule lets pass.

    A `spoiled` row is refused in its newer version alone, the older one stands; who does not keep older versions is shown
    `unspoiled` in place of `now`.
    """

    first: Tables
    now: Tables
    unspoiled: Tables
    refused: frozenset[Refused]
    spoiled: frozenset[Refused]

    def changed(self) -> Tables:
        """The rows of `now` that are not in `first`: what a later file brings."""
        return {
            name: [row for row, was in zip(rows, self.first[name], strict=True) if row != was]
            for name, rows in self.now.items()
        }


def corrected(company: Tables) -> Corrected:
    """A company of `vendor_company` before and after the corrections, mistakes that stay among its rows."""
    now = {name: [dict(row) for row in rows] for name, rows in company.items()}
    mistakes = _Mistakes(now)
    mistakes.with_the_account()
    mistakes.of_strange_words()
    mistakes.of_a_closed_line()
    mistakes.typed_by_people()
    bad = {(name, key) for name, _, key in mistakes.refused}
    first = {name: [dict(row) for row in rows] for name, rows in now.items()}
    spoiled = set()
    for name, was in _WAS.items():
        key, may_change = ENTITIES[name].key, _MAY_CHANGE.get(name, _any)
        places = [place for place, row in enumerate(now[name]) if (name, row[key]) not in bad and may_change(row)]
        for number, place in enumerate(places[:: max(1, len(places) // _EACH)][:_EACH]):
            now[name][place]["updated_at"] = _CORRECTED + timedelta(minutes=number)
            if name in _SPOILED and number == 1:
                now[name][place] |= _SPOILED[name]
                spoiled.add((name, "unknown_enum", now[name][place][key]))
            else:
                first[name][place] |= was
    _change_answers(first, now)
    keys = {(name, key) for name, _, key in spoiled}
    unspoiled = {
        name: [
            was if (name, row[ENTITIES[name].key]) in keys else row for row, was in zip(rows, first[name], strict=True)
        ]
        for name, rows in now.items()
    }
    return Corrected(first, now, unspoiled, frozenset(mistakes.refused), frozenset(spoiled))


def _any(row: Row) -> bool:
    return True


def _change_answers(first: Tables, now: Tables) -> None:
    """An answer changes when its response does: all are stamped anew, and the first mark of each was another one."""
    stamps = {row["response_id"]: row["updated_at"] for row in now["responses"] if row["updated_at"] >= _CORRECTED}
    scales = {row["question_id"]: row["scale_id"] for row in now["questions"]}
    marked = set()
    for was, row in zip(first["answers"], now["answers"], strict=True):
        if row["response_id"] not in stamps:
            continue
        row["updated_at"] = stamps[row["response_id"]]
        if row["comment"] is not None:
            was["comment"] = "(draft)"
        elif row["response_id"] not in marked and scales[row["question_id"]] != "percent":
            low, high = SCALES[scales[row["question_id"]]]
            was["value"] = low if row["value"] != low else high
            marked.add(row["response_id"])


class _Mistakes:
    """Puts rows that are refused into the tables, and remembers which."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.refused: set[Refused] = set()
        self._account = {"account_id": tables["accounts"][2]["account_id"]}
        self._reply = {"responded_at": _AT, "is_complete": True, "channel": "web", "respondent_type": "customer"}

    def with_the_account(self) -> None:
        """An account that is refused, and what goes with it."""
        gone = {"account_id": self._add("accounts", _WORD, **_COMPANY, lifecycle_stage="dormant")}
        contact = self._add("contacts", _ORPHAN, **gone, **_PERSON)
        self._add("revenue", _ORPHAN, **gone, **_SALE, currency="USD")
        self._add("opportunities", _ORPHAN, **gone, **_DEAL, currency="USD", kind="new")
        self._add("activities", _ORPHAN, **gone, kind="call", is_inbound=True, occurred_at=_AT)
        self._add("tickets", _ORPHAN, **gone, **_REQUEST)
        self._add("usage", _ORPHAN, **gone, usage_id="USE-900001", month=date(2025, 5, 1))
        self._respond(_ORPHAN, self._tables["questions"][0], **gone, contact_id=contact)

    def of_strange_words(self) -> None:
        """Own words in picklists, and currencies without a rate."""
        of = self._account
        self._add("employees", _WORD, **_PERSON, function="sales")
        self._add("contacts", _WORD, **of, **_PERSON, buying_role="gatekeeper")
        self._add("revenue", "no_fx_rate", **of, **_SALE, currency="CHF")
        self._add("opportunities", "no_fx_rate", **of, **_DEAL, currency="JPY", kind="new")
        self._add("opportunities", _WORD, **of, **_DEAL, currency="USD", kind="swap")
        self._add("tickets", _WORD, **of, **_REQUEST, cause="gremlins")
        self._respond(_WORD, self._tables["questions"][0], **of, respondent_type="supplier")

    def of_a_closed_line(self) -> None:
        """A survey of a service line that nobody exported takes all that hangs on it along."""
        survey = {"survey_id": self._add("surveys", _ORPHAN, **_SURVEY, project_id="P-CLOSED")}
        question = {"question_id": f"{survey['survey_id']}:QID1", **survey}
        self._add("questions", _ORPHAN, **question, question_text="How?", scale_id="likert5", measure="satisfaction")
        contacts = (
            row["contact_id"] for row in self._tables["contacts"] if row["account_id"] == self._account["account_id"]
        )
        asked = {"contact_id": next(contacts), **self._account}
        number = 1 + max(int(row["invitation_id"].split(":")[0]) for row in self._tables["invitations"])
        sent = {"invitation_id": f"{number}:{asked['contact_id']}", **survey}
        self._add("invitations", _ORPHAN, **sent, **asked, sent_at=_AT)
        self._respond(_ORPHAN, question, **asked, invitation_id=sent["invitation_id"])

    def typed_by_people(self) -> None:
        """A percentage is a text field: anything can stand there."""
        questions = {row["question_id"] for row in self._tables["questions"] if row["scale_id"] == "percent"}
        answers = (row for row in self._tables["answers"] if row["question_id"] in questions)
        for (value, rule), row in zip((("140", "out_of_scale"), ("4,5", "wrong_type")), answers, strict=False):
            row["value"] = value
            self.refused.add(("answers", rule, row["answer_id"]))

    def _respond(self, rule: str, question: Row, **said: Any) -> None:
        """A response that is refused, and its one answer."""
        survey, asked = question["survey_id"], question["question_id"]
        response = self._add("responses", rule, **{"survey_id": survey, **self._reply, **said})
        key = f"{response}:{asked.split(':')[1]}"
        self._add("answers", _ORPHAN, answer_id=key, response_id=response, question_id=asked, value=3)

    def _add(self, name: str, rule: str, **said: Any) -> str:
        """One row, its key the next number unless it is said; gives the key.

        Not as the last one: what a vendor holds beside the company hangs on its first and last rows.
        """
        entity, rows = ENTITIES[name], self._tables[name]
        key = said.get(entity.key) or str(1 + max(int(row[entity.key]) for row in rows))
        rows.insert(-1, {**dict.fromkeys(entity.columns), "updated_at": _AT, **said, entity.key: key})
        self.refused.add((name, rule, key))
        return key

"""What gaps, alerts and refused rows the lists show: filters, order, pages, and the logs of this second over what is published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoreboard.alerts.assignments import assign
from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from scoreboard.web.data.alerts import AlertFilter, alert, alerts, due_before, others_of, person
from scoreboard.web.data.evidence import EvidenceFilter, evidence, judged
from scoreboard.web.data.gaps import GapFilter, gaps, has_hidden, of_account
from scoreboard.web.data.live_alerts import LiveLog
from scoreboard.web.data.quality import QuarantineFilter, measured_runs, open_rows, quality, quarantine
from scoreboard.web.store import Snapshot, Store
from tests.web.small_company import EVIL, publish_small

Q4 = date(2025, 10, 1)
DUE = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return publish_small(tmp_path_factory.mktemp("lists") / "home")


@pytest.fixture
def tables(settings: Settings):
    store = Store(settings)
    with store.open() as opened:
        yield opened
    store.close()


@pytest.fixture
def log(settings: Settings):
    yield LiveLog(settings)
    for path in (settings.home / "alerts").glob("*"):
        path.unlink()


def keys(found) -> list[tuple[str, str, str]]:
    return [(row["account_id"], row["category"], row["gap_kind"]) for row in found.rows]


def ids(found) -> list[str]:
    return [row["alert_id"] for row in found.rows]


def test_gaps_of_one_quarter_come_by_what_hangs_on_them(tables: Snapshot) -> None:
    found = gaps(tables, GapFilter(Q4))
    assert keys(found) == [
        ("A1", "overall", "target"),
        ("A1", "overall", "perception"),
        (EVIL, "field_service", "target"),
        ("A2", "overall", "target"),
        ("A2", "technical_support", "target"),  # no priority: last, whichever way it is sorted
    ]
    assert found.counts == {"shortfall": 2, "blind_spot": 1, "aligned": 1, "surplus": 1}
    assert [row["account_tier"] for row in found.rows][:1] == ["key"]
    assert keys(gaps(tables, GapFilter(Q4, is_descending=False)))[-1] == ("A2", "technical_support", "target")


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"kind": "perception"}, 1),
        ({"category": "technical_support"}, 1),
        ({"gap_class": "shortfall"}, 2),
        ({"significance": "yes"}, 3),
        ({"significance": "no"}, 1),
        ({"significance": "unknown"}, 1),
        ({"origin": "systemic"}, 1),
        ({"tier": "key"}, 2),
        ({"tier": "strategic"}, 0),
        ({"account": EVIL}, 1),
        ({"account": "' or true --"}, 0),
        ({"kind": "target", "tier": "marginal", "origin": "account_specific"}, 1),
    ],
)
def test_gaps_are_filtered(tables: Snapshot, asked: dict[str, str], number: int) -> None:
    found = gaps(tables, GapFilter(Q4, **asked))
    assert (len(found.rows), found.pages.total, sum(found.counts.values())) == (number, number, number)


@pytest.mark.parametrize("sort", ["priority", "gap", "revenue", "actual", "reference", "account"])
@pytest.mark.parametrize("is_descending", [True, False])
def test_every_order_shows_every_gap_once(tables: Snapshot, sort: str, is_descending: bool) -> None:
    found = gaps(tables, GapFilter(Q4, sort=sort, is_descending=is_descending))
    assert len(set(keys(found))) == len(found.rows) == 5


def test_a_page_beyond_the_end_is_empty_and_says_how_many_there_are(tables: Snapshot) -> None:
    found = gaps(tables, GapFilter(Q4, page=1_000_000))
    assert (found.rows, found.pages.total, found.pages.count) == ([], 5, 1)


def test_gaps_of_an_account_whose_scores_are_hidden_are_hidden(tmp_path: Path) -> None:
    hidden = {"quarter_start_date": "2025-10-01", "scope_type": "account", "scope_id": "A1", "category": "overall"}
    settings = publish_small(tmp_path, fct_satisfaction_quarterly=[hidden | {"is_suppressed": True}])
    with Store(settings).open() as opened:
        assert has_hidden(opened)
        assert "A1" not in {row["account_id"] for row in gaps(opened, GapFilter(Q4)).rows}
        assert of_account(opened, Q4, "A1") == ("Acme", [])
        assert len(of_account(opened, Q4, "A2")[1]) == 2


def test_unsettled_alerts_come_gravest_first(tables: Snapshot, log: LiveLog) -> None:
    found = alerts(tables, log.now(), AlertFilter(), DUE)
    assert ids(found) == ["a2", "a1", "a4", "a3"]
    assert found.counts == {"open": 3, "acknowledged": 1}
    first = {row["alert_id"]: row for row in found.rows}["a1"]
    assert (first["overdue_steps"], first["holder_name"]) == (1, "Mia Manager")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "acknowledged"}, ["a4"]),
        ({"state": "resolved"}, []),
        ({"state": "all", "severity": "low"}, ["a3"]),
        ({"rule": "score_drop"}, ["a2"]),
        ({"role": "executive_sponsor"}, ["a3"]),
        ({"holder": "E1"}, ["a2", "a1", "a4"]),
        ({"holder": "nobody"}, ["a3"]),
        ({"account": EVIL}, ["a4"]),
        ({"text": "BOLT"}, ["a3"]),
        ({"text": "100%"}, []),
        ({"is_overdue": True}, ["a1"]),
        ({"sort": "opened"}, ["a2", "a1", "a3", "a4"]),
        ({"sort": "opened", "is_descending": False}, ["a1", "a3", "a4", "a2"]),
        ({"sort": "changed"}, ["a4", "a2", "a1", "a3"]),
    ],
)
def test_alerts_are_filtered_and_sorted(tables: Snapshot, log: LiveLog, asked, expected) -> None:
    assert ids(alerts(tables, log.now(), AlertFilter(**asked), DUE)) == expected


def test_what_was_done_this_second_counts_at_once(tables: Snapshot, log: LiveLog, settings: Settings) -> None:
    assert log.now() is log.now(), "nothing was written, so nothing is read again"
    append_state(settings, "a1", "resolved", "jo", note="called")
    append_state(settings, "a2", "acknowledged", "jo")
    assign(settings, "a3", "E2", "jo")
    now = log.now()

    found = alerts(tables, now, AlertFilter(), DUE)
    assert (ids(found), found.counts) == (["a2", "a4", "a3"], {"resolved": 1, "acknowledged": 2, "open": 1})
    assert ids(alerts(tables, now, AlertFilter(holder="E2"), DUE)) == ["a3"]
    assert ids(alerts(tables, now, AlertFilter(state="resolved"), DUE)) == ["a1"]
    assert alerts(tables, now, AlertFilter(state="resolved"), DUE).rows[0]["overdue_steps"] is None
    assert ids(alerts(tables, now, AlertFilter(is_overdue=True), DUE)) == []
    one = alert(tables, now, "a1")
    assert one and (one["state"], one["changed_by"], one["published_state"]) == ("resolved", "jo", "open")
    assert [row["alert_id"] for row in others_of(tables, now, "A1", "a2")] == []


def test_an_alert_opened_again_is_open_whatever_is_published(
    tables: Snapshot, log: LiveLog, settings: Settings
) -> None:
    append_state(settings, "a4", "resolved", "jo")
    append_state(settings, "a4", "open", "jo")
    found = alert(tables, log.now(), "a4")
    assert found and found["state"] == "open"


def test_log_entries_about_alerts_that_are_gone_change_nothing(
    tables: Snapshot, log: LiveLog, settings: Settings
) -> None:
    append_state(settings, EVIL, "resolved", EVIL)
    assert len(ids(alerts(tables, log.now(), AlertFilter(state="all"), DUE))) == 4
    assert alert(tables, log.now(), EVIL) is None


def test_the_same_page_can_lend_twice_and_no_other_page_sees_it(
    tables: Snapshot, log: LiveLog, settings: Settings
) -> None:
    import duckdb

    alerts(tables, log.now(), AlertFilter(), DUE)
    alerts(tables, log.now(), AlertFilter(), DUE)
    with Store(settings).open() as other, pytest.raises(duckdb.CatalogException):
        other.rows("from live_alerts")


def test_overdue_is_what_was_due_before_the_local_midnight_that_ends_as_of() -> None:
    record = {"as_of": "2026-02-01", "settings": {"timezone": "America/New_York"}}
    assert due_before(record).astimezone(UTC) == datetime(2026, 2, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("E1", ["E1"]), ("mia manager", ["E1"]), ("Sam Same", ["E2", "E3"]), ("E4", []), ("Gone Away", []), ("x", [])],
)
def test_a_colleague_is_known_by_id_or_by_the_whole_name(tables: Snapshot, told: str, expected: list[str]) -> None:
    assert [row["employee_id"] for row in person(tables, told)] == expected


def test_quality_of_a_run_and_what_waits_in_quarantine(tables: Snapshot) -> None:
    assert [row["run_id"] for row in measured_runs(tables)] == ["run-1"]
    assert {row["entity"]: row["landed"] for row in quality(tables, "run-1")}["contacts"] == 10
    assert quality(tables, "run-1")[0]["unresolved"] == {}
    assert [(row["rule"], row["row_count"]) for row in open_rows(tables)] == [("orphan_key", 1), ("unknown_enum", 1)]


@pytest.mark.parametrize(
    ("asked", "number"),
    [({}, 2), ({"status": None}, 3), ({"status": "released"}, 1), ({"rule": "orphan_key"}, 1), ({"key": EVIL}, 1),
     ({"file": EVIL}, 1), ({"entity": "accounts"}, 0), ({"key": "x' or 1=1 --"}, 0)],
)  # fmt: skip
def test_refused_rows_are_filtered(tables: Snapshot, asked, number: int) -> None:
    found = quarantine(tables, QuarantineFilter(**asked))
    assert (len(found.rows), found.pages.total, sum(found.counts.values())) == (number, number, number)


@pytest.mark.parametrize(
    ("fate", "expected"),
    [("", ["R1", "R2", "R3"]), ("counted", ["R1"]), ("superseded", ["R3"]), ("test", ["R2"]), ("' or true --", [])],
)
def test_evidence_of_a_project_and_year_holds_what_was_left_out_too(
    tables: Snapshot, fate: str, expected: list[str]
) -> None:
    found = evidence(tables, EvidenceFilter("P1", 2025, fate))
    assert [row["response_id"] for row in found.rows] == expected
    assert (found.pages.total, found.counts) == (len(expected), {"counted": 1, "superseded": 1, "test": 1})


def test_only_what_was_judged_has_evidence(tables: Snapshot) -> None:
    assert judged(tables, "P1", 2025) and not judged(tables, "P1", 2024) and not judged(tables, EVIL, 2025)

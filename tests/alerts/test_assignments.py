"""The log of assignments: appended to, the last one of an alert counts, and no line is passed over in silence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scoreboard.alerts.assignments import (
    AssignmentLogBroken,
    AssignmentRefused,
    assign,
    assigned_to,
    log_path,
    read_assignments,
)
from scoreboard.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))


def test_an_assignment_is_one_line_and_the_last_one_counts(settings: Settings) -> None:
    assert read_assignments(settings) == []
    berlin = datetime.fromisoformat("2026-03-02T13:00:00+01:00")
    first = assign(settings, "a1", "E-1", "Jörg", "knows them best", berlin)
    assign(settings, "a2", "E-1", "Ann", at=NOON)
    assign(settings, "a1", "E-2", "Ann", at=NOON + timedelta(hours=1))

    assert json.loads(log_path(settings).read_text(encoding="utf-8").splitlines()[0]) == {
        "alert_id": "a1",
        "to": "E-1",
        "by": "Jörg",
        "note": "knows them best",
        "at": "2026-03-02T12:00:00+00:00",
    }
    assert read_assignments(settings)[0] == first
    assert {alert: each.to for alert, each in assigned_to(settings).items()} == {"a1": "E-2", "a2": "E-1"}


@pytest.mark.parametrize(
    ("alert_id", "to", "by", "note", "at"),
    [
        (" ", "E-1", "Ann", "", NOON),
        ("a1", "", "Ann", "", NOON),
        ("a1", "E-1", " ", "", NOON),
        ("a1", "E-1", "Ann", "x" * 2001, NOON),
        ("a1", "E-1", "Ann", "", NOON.replace(tzinfo=None)),
    ],
)
def test_what_is_no_assignment_is_refused_and_nothing_is_written(
    settings: Settings, alert_id: str, to: str, by: str, note: str, at: datetime
) -> None:
    with pytest.raises(AssignmentRefused, match="Nothing was written"):
        assign(settings, alert_id, to, by, note, at)
    assert not log_path(settings).exists()


def test_a_broken_line_names_file_and_line_and_nothing_is_added(settings: Settings) -> None:
    assign(settings, "a1", "E-1", "Ann", at=NOON)
    path = log_path(settings)
    path.write_text(
        path.read_text() + '{"alert_id": "a1", "to": "E-1", "by": "Ann", "note": 1, "at": "2026-03-02T12:00Z"}\n'
    )
    before = path.read_bytes()
    for attempt in (lambda: read_assignments(settings), lambda: assign(settings, "a1", "E-2", "Ann")):
        with pytest.raises(AssignmentLogBroken, match=r"assignments\.jsonl: line 2"):
            attempt()
    assert path.read_bytes() == before

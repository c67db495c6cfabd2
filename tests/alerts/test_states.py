"""The state log: only steps an alert can take, on the disk or not at all, and no line is passed over in silence."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scoreboard.alerts import log, states
from scoreboard.alerts.states import STATES, StateLogBroken, StateRefused, append_state, log_path, read_states
from scoreboard.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))


def written(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_path(settings).read_text(encoding="utf-8").splitlines()]


def test_without_a_log_nobody_has_done_anything(settings: Settings) -> None:
    assert read_states(settings) == []


def test_a_step_is_one_line_and_reads_back_as_written(settings: Settings) -> None:
    berlin = datetime.fromisoformat("2026-03-02T13:00:00+01:00")
    entry = append_state(settings, "a1", "acknowledged", "Jörg", berlin)
    append_state(settings, "a1", "resolved", "Ann", NOON + timedelta(hours=1))

    assert written(settings)[0] == {
        "alert_id": "a1",
        "state": "acknowledged",
        "at": "2026-03-02T12:00:00+00:00",
        "by": "Jörg",
    }
    assert [(e.alert_id, e.state, e.at, e.by, e.line) for e in read_states(settings)] == [
        ("a1", "acknowledged", NOON, "Jörg", 1),
        ("a1", "resolved", NOON + timedelta(hours=1), "Ann", 2),
    ]
    assert read_states(settings)[0] == entry


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_an_alert_goes_forward_or_is_opened_again(settings: Settings, before: str, after: str) -> None:
    if before != "open":
        append_state(settings, "a1", before, "Ann", NOON)
    allowed = STATES.index(after) > STATES.index(before) or (after == "open" and before != "open")
    if allowed:
        append_state(settings, "a1", after, "Ann", NOON)
        assert read_states(settings)[-1].state == after
    else:
        lines = len(read_states(settings))
        with pytest.raises(StateRefused, match=r"already|cannot go back"):
            append_state(settings, "a1", after, "Ann", NOON)
        assert len(read_states(settings)) == lines


def test_each_alert_has_its_own_history(settings: Settings) -> None:
    append_state(settings, "a1", "verified", "Ann", NOON)
    append_state(settings, "a2", "acknowledged", "Ann", NOON - timedelta(days=1))
    append_state(settings, "a1", "open", "Ann", NOON)
    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    assert [(e.alert_id, e.state) for e in read_states(settings)][-1] == ("a1", "acknowledged")


@pytest.mark.parametrize(
    ("alert_id", "state", "by", "at"),
    [
        ("a1", "done", "Ann", NOON),
        ("a1", "Open", "Ann", NOON),
        (" ", "resolved", "Ann", NOON),
        ("a1", "resolved", "", NOON),
        ("a1", "resolved", "Ann", NOON.replace(tzinfo=None)),
    ],
)
def test_what_is_no_step_is_refused_and_nothing_is_written(
    settings: Settings, alert_id: str, state: str, by: str, at: datetime
) -> None:
    with pytest.raises(StateRefused, match="Nothing was written"):
        append_state(settings, alert_id, state, by, at)
    assert not log_path(settings).exists()


def test_a_step_before_the_last_one_is_refused(settings: Settings) -> None:
    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    with pytest.raises(StateRefused, match="lies before that"):
        append_state(settings, "a1", "resolved", "Ann", NOON - timedelta(seconds=1))
    assert len(read_states(settings)) == 1


def test_now_is_when_nothing_else_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "utc_now", lambda: NOON)
    assert append_state(settings, "a1", "acknowledged", "Ann").at == NOON


@pytest.mark.parametrize(
    "line",
    [
        '{"alert_id": "a1", "state": "resol',
        '{"alert_id": "a1", "state": "resolved", "by": "Ann"}',
        '{"alert_id": "a1", "state": "resolved", "at": "2026-03-02T12:00:00", "by": "Ann"}',
        '{"alert_id": "a1", "state": "resolved", "at": "yesterday", "by": "Ann"}',
        '{"alert_id": "a1", "state": "solved", "at": "2026-03-02T12:00:00Z", "by": "Ann"}',
        '{"alert_id": 1, "state": "resolved", "at": "2026-03-02T12:00:00Z", "by": "Ann"}',
        '{"alert_id": "a1", "state": "resolved", "at": "2026-03-02T12:00:00Z", "by": " "}',
        "[]",
        "null",
        "\xff",
    ],
)
def test_a_line_that_cannot_be_read_names_file_and_line(settings: Settings, line: str) -> None:
    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    path = log_path(settings)
    path.write_bytes(path.read_bytes() + b"\n" + line.encode("latin-1") + b"\n")
    before = path.read_bytes()
    for attempt in (lambda: read_states(settings), lambda: append_state(settings, "a1", "resolved", "Ann", NOON)):
        with pytest.raises(StateLogBroken) as broken:
            attempt()
        assert f"{path}: line 3" in str(broken.value)
    assert path.read_bytes() == before


def test_a_last_line_without_its_end_is_ended_first(settings: Settings) -> None:
    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    path = log_path(settings)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_state(settings, "a2", "resolved", "Ann", NOON)
    assert [entry.alert_id for entry in read_states(settings)] == ["a1", "a2"]


def test_a_line_the_disk_does_not_take_whole_is_taken_back(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    write = os.write
    monkeypatch.setattr(log.os, "write", lambda descriptor, content: write(descriptor, content[:10]))
    with pytest.raises(OSError, match="only a part"):
        append_state(settings, "a1", "resolved", "Ann", NOON)
    assert [entry.state for entry in read_states(settings)] == ["acknowledged"]


def test_a_line_is_on_the_disk_before_it_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError("the disk is gone")

    append_state(settings, "a1", "acknowledged", "Ann", NOON)
    monkeypatch.setattr(log.os, "fsync", refuse)
    with pytest.raises(OSError, match="the disk is gone"):
        append_state(settings, "a1", "resolved", "Ann", NOON)
    assert [entry.state for entry in read_states(settings)] == ["acknowledged"]


def test_of_many_who_take_the_same_step_at_once_one_does(settings: Settings) -> None:
    def take(number: int) -> bool:
        try:
            append_state(settings, "a1", "acknowledged", f"person {number}", NOON)
        except StateRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        taken = list(people.map(take, range(24)))
    assert sum(taken) == 1
    assert len(read_states(settings)) == 1


def test_a_note_is_kept_with_its_step(settings: Settings) -> None:
    append_state(settings, "a1", "resolved", "Ann", NOON, note="called, a new part is on its way\nsecond line")
    append_state(settings, "a1", "verified", "Bob", NOON)
    assert [entry.note for entry in read_states(settings)] == ["called, a new part is on its way\nsecond line", ""]
    assert "note" not in written(settings)[1]


def test_a_note_that_is_too_long_is_refused(settings: Settings) -> None:
    with pytest.raises(StateRefused, match=r"2001 characters.*Nothing was written"):
        append_state(settings, "a1", "resolved", "Ann", NOON, note="x" * 2001)
    assert not log_path(settings).exists()

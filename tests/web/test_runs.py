"""Runs as their files tell them: whole, half written, odd or missing; and what became of each version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scoreboard.settings import Settings
from scoreboard.warehouse.publish import publish, rollback
from scoreboard.web.data.runs import published_versions, read_run, runs
from tests.marts_fixture import settings_for, write_small_build


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home")


def write(settings: Settings, run_id: str, **files: object) -> None:
    folder = settings.runs / run_id
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def test_before_the_first_run_there_is_none(settings: Settings) -> None:
    found, pages = runs(settings)
    assert (found, pages.total, published_versions(settings)) == ([], 0, [])


def test_runs_come_newest_first_and_in_pages(settings: Settings) -> None:
    for number in range(30):
        write(settings, f"202601{number + 1:02d}T000000Z")
    found, pages = runs(settings, 2)
    assert (len(found), pages.total, pages.count) == (5, 30, 2)
    assert [run.run_id for run in runs(settings)[0]][:2] == ["20260130T000000Z", "20260129T000000Z"]


def test_a_run_tells_what_it_did(settings: Settings) -> None:
    summary = {
        "as_of": "2026-02-01",
        "published": {"version": "v000001-r", "by_this_run": True},
        "problems": [],
        "tests": {"passed": 3, "failed": 0, "errors": 0},
        "rows": [{"entity": "accounts", "landed": 1}],
        "quarantine": {"open": 2, "by_rule": {"orphan_key": 2}},
        "restatements": {"figures": 4, "periods": 1},
    }
    unmapped = {"crm": {"unmapped": [{"sentence": "nobody maps Foo"}], "missing_columns": ["no Bar"]}}
    write(settings, "r", summary__json=summary, unmapped__json=unmapped)
    run = read_run(settings, "r")
    assert run and (run.outcome, run.version, run.refused, run.restated) == (
        "published",
        "v000001-r",
        {"orphan_key": 2},
        4,
    )
    assert run.unmapped == ["nobody maps Foo", "no Bar"]
    assert run.files == ["summary.json", "unmapped.json"]


def test_a_run_that_failed_says_why(settings: Settings) -> None:
    failure = {"task_id": "publish", "sentence": "the audit found 2 problems"}
    write(settings, "r", failures__jsonl=json.dumps(failure) + "\nhalf a li")
    run = read_run(settings, "r")
    assert run and (run.outcome, run.has_summary, run.failures) == ("failed", False, [failure])


@pytest.mark.parametrize(
    "odd", ["", "{", "[]", "null", '{"published": 3, "rows": "x", "tests": null, "quarantine": []}', "\x00"]
)
def test_files_that_are_odd_leave_their_part_empty(settings: Settings, odd: str) -> None:
    write(settings, "r", summary__json=odd, unmapped__json=odd, failures__jsonl=odd)
    run = read_run(settings, "r")
    assert run and (run.outcome, run.rows, run.unmapped) in [("unpublished", [], []), ("failed", [], [])]


@pytest.mark.parametrize("name", ["", ".", "..", "../published", "/etc", "a/b", "r\x00", "x" * 500, "nope"])
def test_what_is_no_run_is_not_looked_for(settings: Settings, name: str) -> None:
    write(settings, "r")
    assert read_run(settings, name) is None


def test_versions_say_which_is_live_and_which_was_taken_back(settings: Settings) -> None:
    for run_id in ("one", "two"):
        write_small_build(settings, run_id)
        publish(settings, run_id)
    assert [(row["run_id"], row["is_live"], row["is_withdrawn"]) for row in published_versions(settings)] == [
        ("two", True, False),
        ("one", False, False),
    ]
    rollback(settings)
    newest, live = published_versions(settings)
    assert (newest["is_withdrawn"], live["is_live"], live["rolled_back_from"]) == (True, True, newest["version"])

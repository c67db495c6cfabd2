"""Runs: by a scheduler or by hand, at work, ended, killed, overtaken; and DAGs that run no more."""

import json
from datetime import timedelta

import pytest

from scoreboard import journal
from scoreboard.settings import utc_now
from scoreboard.status import read_status
from tests.status.homes import failed, shown, told

BY_SCHEDULER = "20260817T050500Z-extract_crm-0123abcd"


def begun(settings, dag_id="extract_crm", run_key=BY_SCHEDULER, hours=0.1):
    journal.note_begun(settings, dag_id, run_key, utc_now() - timedelta(hours=hours))


def last(settings):
    return {run["run"]: run["state"] for run in read_status(settings)["runs"]["last"]}


def ended_at(settings, monkeypatch, dag_id, hours, state="success"):
    monkeypatch.setattr(journal, "utc_now", lambda: utc_now() - timedelta(hours=hours))
    journal.note_outcome(settings, dag_id, f"{dag_id}{hours}", state, None, "scheduled")
    monkeypatch.undo()


def test_a_run_of_the_scheduler_is_at_work_until_its_end_is_noted(landed):
    begun(landed)
    begun(landed, "extract_support", "20260817T052000Z-extract_support-0123abcd")
    (landed.runs / BY_SCHEDULER).mkdir(parents=True)
    assert set(last(landed).values()) == {"running"}
    assert told(landed) == {}
    assert "at work: extract_crm, begun 6 min ago" in shown(landed)
    journal.note_outcome(landed, "extract_crm", BY_SCHEDULER, "success", None, "scheduled")
    assert last(landed)[BY_SCHEDULER] == "success"
    assert [one["dag_id"] for one in read_status(landed)["runs"]["going_on"]] == ["extract_support"]


def test_a_run_with_a_failed_task_that_goes_on_has_not_failed_yet(landed):
    begun(landed)
    (landed.runs / BY_SCHEDULER).mkdir(parents=True)
    failure = {"dag_id": "extract_crm", "task_id": "land", "sentence": "broken", "when": "2026-08-17T05:06:00+00:00"}
    (landed.runs / BY_SCHEDULER / "failures.jsonl").write_text(json.dumps(failure))
    assert last(landed) == {BY_SCHEDULER: "running"}


def test_a_run_that_never_ended_needs_a_person_until_a_later_one_of_its_dag_has(landed):
    begun(landed, hours=9)
    assert "its end was never noted" in told(landed)[f"extract_crm, run {BY_SCHEDULER}"]
    journal.note_outcome(landed, "extract_crm", "later", "success", utc_now(), "scheduled")
    assert told(landed) == {}
    assert read_status(landed)["runs"]["going_on"] == []


def test_a_folder_without_an_end_is_no_success_and_somebodys_own_folder_no_run(landed):
    (landed.runs / BY_SCHEDULER).mkdir(parents=True)
    (landed.runs / "old runs, to be looked at").mkdir()
    assert last(landed) == {BY_SCHEDULER: "end unknown"}


def test_a_run_with_a_name_of_its_own_stands_where_it_began(landed):
    journal.note_outcome(landed, "extract_crm", "20990101T000000Z", "success", None, "manual")
    journal.note_outcome(landed, "extract_crm", "nightly", "success", utc_now(), "manual")
    journal.note_outcome(landed, "extract_crm", "20000101T000000Z", "success", None, "manual")
    assert list(last(landed)) == ["20990101T000000Z", "nightly", "20000101T000000Z"]


def test_a_try_that_airflow_called_back_twice_about_is_told_once(landed):
    failed(landed, "extract_crm", "run7", "broken")
    failed(landed, "extract_crm", "run7", "broken")
    [one] = read_status(landed)["attention"]
    assert one["sentence"] == "land[usage]: broken"


def test_a_refused_restatement_needs_nobody_once_a_build_has_succeeded(landed):
    failed(landed, "restate_quarter", "run7", "2026-Q3 is not closed")
    assert "restate_quarter, run run7" in told(landed)
    journal.note_outcome(landed, "build_warehouse", "run8", "success", None, "asset_triggered")
    assert told(landed) == {}


@pytest.mark.parametrize("dag_id", ["build_warehouse", "action_alerts"])
def test_a_dag_that_does_not_follow_the_extracts_any_more_needs_a_person(landed, monkeypatch, dag_id):
    ended_at(landed, monkeypatch, dag_id, 40)
    for extract in ("extract_crm", "extract_support", "extract_surveys"):
        ended_at(landed, monkeypatch, extract, 0)
    assert "has not run since" in told(landed)[dag_id]
    ended_at(landed, monkeypatch, "extract_support", 0, "failed")
    assert dag_id not in told(landed)  # it waits for the one that failed


def test_a_home_whose_runs_are_all_old_is_late_by_its_sources_only(landed, monkeypatch):
    for dag_id in ("extract_crm", "extract_support", "extract_surveys", "build_warehouse", "action_alerts"):
        ended_at(landed, monkeypatch, dag_id, 500)
    assert told(landed) == {}


def test_a_message_whose_sender_was_killed_is_told(landed, monkeypatch):
    from dataclasses import replace

    settings = replace(landed, notify=("http:ops_hook",))
    monkeypatch.setattr(journal, "utc_now", lambda: utc_now() - timedelta(hours=1))
    assert journal.claim_message(settings, "k1", "Scoreboard: extract_crm failed")
    assert "was about to be sent" in told(settings)["notifications"]

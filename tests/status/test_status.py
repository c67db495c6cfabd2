"""`make status`: what needs a person is told, in any state a home may be in; what goes well is not; and nothing is ever written."""

import fcntl
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard import cli, journal
from scoreboard.landing.drop import land_entity
from scoreboard.status import landed as landed_module
from scoreboard.status import read_status
from scoreboard.warehouse.publish import rollback
from tests.orchestration.tiny_company import AS_OF
from tests.pipeline import settings_for
from tests.status.homes import failed, later, published, queued, reported, shown, told


def test_an_empty_home_needs_nobody_and_is_not_even_made(tmp_path):
    settings = settings_for(tmp_path / "home", AS_OF)
    status = read_status(settings)
    assert status["attention"] == [] and status["is_empty"]
    assert "make demo" in shown(settings)
    assert not settings.home.exists()


def test_a_home_that_does_well_says_so_in_a_few_lines(landed):
    published(landed)
    reported(landed)
    assert told(landed) == {}
    lines = shown(landed).splitlines()
    assert lines[0].startswith("All is well")
    assert len(lines) <= 14
    [tickets] = [feed for feed in read_status(landed)["sources"]["feeds"] if feed["stream"] == "tickets"]
    assert (tickets["state"], tickets["rows"]) == ("fresh", 1)


def test_a_source_nobody_asked_for_too_long_is_late_and_one_that_answers_without_news_is_not(landed, monkeypatch):
    later(monkeypatch, landed.fresh_hours + 1)
    assert "expected every 26 hours" in told(landed)["files tickets"]
    journal.note_read(landed, "files", "tickets", "second", 0)
    monkeypatch.undo()
    assert told(landed) == {}


def test_a_vendors_feed_shows_its_cursor_and_is_late_by_its_landing_where_no_read_was_noted(tmp_path, monkeypatch):
    from scoreboard.landing.pages import land_stream
    from tests.landing.scripted import TICKETS, Scripted, at

    settings = settings_for(tmp_path, AS_OF, SCOREBOARD_SUPPORT="zendesk")
    source = Scripted("zendesk_default")
    source.put("1", at(0))
    land_stream(settings, "zendesk", source, TICKETS, "run1")
    feeds = {(feed["source"], feed["stream"]): feed for feed in read_status(settings)["sources"]["feeds"]}
    feed = feeds["zendesk@zendesk_default", "tickets"]
    assert (feed["state"], feed["cursor"]) == ("fresh", at(0).isoformat())
    assert "2026-01-05T12:00:00" in shown(settings, is_whole=True)
    later(monkeypatch, 100)
    assert "zendesk@zendesk_default tickets" in told(settings)


def test_a_source_that_never_landed_is_listed(tmp_path):
    settings = settings_for(tmp_path, AS_OF, SCOREBOARD_SUPPORT="zendesk")
    assert "zendesk@zendesk_default: nothing landed yet" in shown(settings)


def test_a_damaged_manifest_is_named_and_the_rest_is_told_all_the_same(landed, monkeypatch):
    published(landed)
    reported(landed)
    manifest = landed.landing / "files" / "tickets" / "run=first" / "_manifest.json"
    manifest.write_text("{")
    monkeypatch.setattr(landed_module, "sleep", lambda _: None)
    assert str(manifest) in told(landed)["files tickets"]
    assert read_status(landed)["versions"]["live"] == "v000001-run1"


def test_a_batch_pruned_between_two_looks_is_no_damage(landed, monkeypatch):
    part = next((landed.landing / "files" / "tickets" / "run=first").glob("part-*"))
    content = part.read_bytes()
    part.unlink()
    monkeypatch.setattr(landed_module, "sleep", lambda _: part.write_bytes(content))
    assert told(landed) == {}


@pytest.mark.parametrize(
    ("place", "about"),
    [
        ("published/current.json", "versions"),
        ("published/closed/0001-v000001-run1.json", "quarters"),
        ("published/versions/v000001-run1/parquet/rpt_quarantine.parquet", "quarantine"),
        ("published/versions/v000001-run1/parquet/fct_action_alerts.parquet", "alerts"),
        ("valid/files/tickets/run=first/_manifest.json", "files tickets"),
        ("alerts/states.jsonl", "alerts"),
        ("alerts/outbox.sqlite", "alerts"),
    ],
)
def test_whatever_is_damaged_is_named_with_its_file(landed, place, about):
    published(landed)
    reported(landed)
    path = landed.home / place
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text("{damaged")
    assert Path(place).name.split("/")[-1] in told(landed)[about]
    assert "cannot be told" in shown(landed) or read_status(landed)[about if about != "files tickets" else "sources"]


def test_a_live_version_that_is_gone_is_told(landed):
    published(landed)
    (landed.published / "current.json").unlink()
    live = json.loads((landed.published / "versions/v000001-run1/current.json").read_text())
    (landed.published / "current.json").write_text(json.dumps(live))
    shutil.rmtree(landed.published / "versions/v000001-run1")
    assert "readers find nothing" in told(landed)["versions"]


def test_quarantine_is_told_by_entity_and_rule_with_its_change(landed):
    published(landed, [("answers", "orphan_key")] * 2 + [("tickets", "wrong_type")])
    assert read_status(landed)["quarantine"]["change"] is None
    published(landed, [("answers", "orphan_key")] * 5)
    quarantine = read_status(landed)["quarantine"]
    assert (quarantine["open"], quarantine["change"]) == (5, 2)
    assert {(row["entity"], row["rule"]): (row["open"], row["change"]) for row in quarantine["rows"]} == {
        ("answers", "orphan_key"): (5, 3),
        ("tickets", "wrong_type"): (0, -1),
    }


def test_a_version_put_back_is_said_to_be_one(landed):
    published(landed)
    published(landed, [("answers", "orphan_key")])
    rollback(landed)
    versions = read_status(landed)["versions"]
    assert (versions["live"], versions["rolled_back_from"]) == ("v000001-run1", "v000002-run2")
    assert len(versions["kept"]) == 2
    assert "put back from v000002-run2" in shown(landed)


def test_a_copy_in_postgresql_that_stayed_behind_is_told(landed):
    shows = replace(landed, publish_to_postgres="bi")
    published(landed)
    journal.note_copy(landed, "v000001-run1")
    assert told(shows).keys() == {"award report of 2026-Q1"}
    assert "PostgreSQL shows v000001-run1" in shown(shows)
    published(landed, [("answers", "orphan_key")])
    assert "shows v000001-run1" in told(shows)["PostgreSQL"]
    # switched off, the copy is nobody's business any more
    assert "PostgreSQL" not in told(landed) and "PostgreSQL" not in shown(landed)


@pytest.mark.parametrize(("as_of", "state"), [("2026-04-15", "due"), ("2026-04-16", "late"), ("2026-05-04", "late")])
def test_a_report_that_should_be_there_is_late_from_the_day_after(landed, as_of, state):
    published(landed)
    settings = settings_for(landed.home, as_of)
    assert read_status(settings)["quarters"]["report"] == state
    assert ("award report of 2026-Q1" in told(settings)) == (state == "late")
    reported(landed)
    assert read_status(settings)["quarters"]["report"] == "there"
    assert told(settings) == {}


def test_the_next_close_date_is_told(landed):
    published(landed)
    quarters = read_status(landed)["quarters"]
    assert quarters["next"] == {"quarter": "2026-Q2", "closes_on": "2026-07-15"}
    assert (quarters["last_closed"], quarters["closed"]) == ("2026-Q1", 1)


def test_a_failed_dag_needs_a_person_with_its_sentence_until_it_succeeds(landed):
    failed(landed, "extract_crm", "run7", "crm/usage/july.csv, line 7: 3 cells instead of 12")
    assert told(landed) == {"extract_crm, run run7": "land[usage]: crm/usage/july.csv, line 7: 3 cells instead of 12"}
    journal.note_outcome(landed, "extract_support", "run8", "success", None, "scheduled")
    assert len(told(landed)) == 1
    journal.note_outcome(landed, "extract_crm", "run9", "success", None, "scheduled")
    assert told(landed) == {}
    assert [run["state"] for run in read_status(landed)["runs"]["last"]] == ["success", "success", "failed"]


def test_a_run_that_was_broken_off_is_told_and_one_that_goes_on_is_not(landed):
    (landed.runs / "20260817T050501Z").mkdir(parents=True)
    (landed.runs / "20260817T050501Z" / "log.txt").touch()
    assert "broken off" in told(landed)["run 20260817T050501Z"]
    with (landed.home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if read_status(landed)["runs"]["is_in_use"] is None:
            pytest.skip("this system has no /proc/locks")
        assert told(landed) == {}
        assert read_status(landed)["runs"]["last"][0]["state"] == "running"


def test_a_batch_the_door_stopped_is_told_with_the_command_that_lets_it_in(landed, monkeypatch):
    (landed.inbox / "support" / "tickets").mkdir(parents=True, exist_ok=True)
    (landed.inbox / "support/tickets/more.csv").write_text(
        "ticket_id,account_id,channel,created_at,updated_at\nT2,A1,email,2026-02-10T08:00:00Z,2026-02-10T08:00:00Z\n"
    )
    land_entity(landed, "tickets", "second")
    assert told(landed) == {}
    assert "waits at the door: 1 rows" in shown(landed)
    later(monkeypatch, 3)
    [stopped] = [one for one in read_status(landed)["attention"] if one["about"] == "files tickets"]
    assert "make accept ENTITY=tickets RUN=second" in stopped["do"]


def test_a_channel_that_did_not_take_the_last_message_is_told(landed):
    assert journal.claim_message(landed, "k1", "Scoreboard: extract_crm failed")
    journal.note_message(
        landed, "k1", "Scoreboard: extract_crm failed", {"slack:ops": "ConnectionError: refused", "http:x": "sent"}
    )
    assert "slack:ops did not take" in told(landed)["notifications"]


def test_deliveries_nobody_knows_of_are_told(landed):
    queued(landed, "sent", "unknown", "sent")
    assert "1 unknown" in told(landed)["alerts"]
    assert read_status(landed)["alerts"]["deliveries"] == {"sent": 2, "unknown": 1}


def test_a_full_disk_is_told_before_it_is_full(landed, monkeypatch):
    from scoreboard.status import disk

    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000_000}))
    assert "the next run may need" in told(landed)["disk"]


def test_looking_changes_nothing(landed):
    published(landed)
    published(landed)
    failed(landed, "extract_crm", "run7", "broken")
    queued(landed, "sent")

    def state():
        return {
            str(path.relative_to(landed.home)): (path.lstat().st_mtime_ns, path.lstat().st_size, path.lstat().st_ino)
            for path in landed.home.rglob("*")
        }

    before = state()
    shown(landed, is_whole=True)
    assert state() == before


def test_text_out_of_files_cannot_steer_the_terminal(landed):
    failed(landed, "extract_crm", "run7", "broken \x1b[2J\x07 [red]file[/]")
    assert "\x1b[2J" not in shown(landed) and "[red]file[/]" in shown(landed)


def test_the_command_gives_json_and_an_exit_code(landed, monkeypatch, capfd):
    monkeypatch.setenv("SCOREBOARD_HOME", str(landed.home))
    monkeypatch.setenv("SCOREBOARD_AS_OF", AS_OF)
    assert cli.main(["status", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["attention"] == []
    failed(landed, "extract_crm", "run7", "broken [bold]file[/] " + "x" * 300)
    assert cli.main(["status", "--json"]) == 1
    [one] = json.loads(capfd.readouterr().out)["attention"]
    assert one["sentence"].startswith("land[usage]: broken [bold]file[/] x")

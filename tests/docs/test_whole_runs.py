"""Every command of the pages that need runs of the pipeline: operations, and how a survey, a rule and a restatement come in.

One home goes through all of them, because a run takes half a minute even over a tenth of the sample company: what is watched is a home that was
backed up, destroyed and restored elsewhere, which goes on by one run that takes in the new survey and the new rule, one restatement and
one report.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from scoreboard.alerts.states import append_state
from scoreboard.settings import Settings
from tests.docs.commands import Block, blocks_of, note_run, run_blocks, runs, woven
from tests.docs.reader import PASSWORD, Sinks
from tests.pipeline import rows, settings_for

pytestmark = pytest.mark.long
OPERATIONS = blocks_of("operations.md", "bash")
HOW_TO = ("how-to/add-a-survey.md", "how-to/change-the-tier-rule.md", "how-to/restate-a-quarter.md")
RUN = "make run\n"


def block(*, holding: str) -> Block:
    """The one block of the operators' page with this in it."""
    [found] = [each for each in OPERATIONS if holding in each.body]
    return found


@runs("operations.md", *HOW_TO, "reports.md", languages=("bash", "python"))
def test_what_operators_do_and_what_others_ask_of_them(small_sample: Settings, tmp_path: Path) -> None:
    home, restored = tmp_path / "home", tmp_path / "restored"
    shutil.copytree(small_sample.home, home, symlinks=True)
    settings = settings_for(home, str(small_sample.as_of))
    [taken_up] = rows(settings, "select min(alert_id) as id from marts.fct_action_alerts where state = 'open'")
    append_state(settings, taken_up["id"], "acknowledged", "ada", datetime(2026, 4, 20, 10, tzinfo=UTC))
    _look(settings, tmp_path)
    _tell_operators(small_sample, tmp_path)

    before = _files(home)
    _back_up_and_restore(settings, tmp_path)
    assert _files(restored) == before
    shutil.rmtree(home)

    survey, rule, restate = (blocks_of(page, "bash") for page in HOW_TO)
    said = run_blocks(
        [
            block(holding="OPENLINEAGE_DISABLED"),
            *woven(survey, rule),
            *restate,
            *blocks_of("reports.md", "python"),
            block(holding="rollback"),
        ],
        settings_for(restored, str(small_sample.as_of)),
        tmp_path,
    )

    assert "R-ONB-1" in said and "true" in said  # the survey's answer counts
    assert "marginal" in said  # tiers by the new rule
    # what differs between official and known now, and by how much
    assert re.search(r"fct_satisfaction_quarterly │ mean_score +│ +\d+ │ +[0-9.]+ │", said)
    assert "award_report.html" in said
    assert "(was v000003" in said  # back from the restated version to the run's
    _went_on(small_sample, settings_for(restored, str(small_sample.as_of)), taken_up["id"])


def _look(settings: Settings, scratch: Path) -> None:
    """`make status` of a home that is well, and of one whose monitor calls somebody."""
    said = run_blocks([block(holding="ALL=1")], settings, scratch)
    assert said.count("All is well") == 2

    ailing = scratch / "ailing"
    (ailing / "published").mkdir(parents=True)
    (ailing / "published" / "current.json").write_text("half a rec")
    pager = scratch / "bin" / "page-somebody"
    pager.parent.mkdir()
    pager.write_text(f"#!/bin/sh\ncat > {scratch}/paged.json\n")
    pager.chmod(0o755)
    run_blocks(
        [Block("a pager", "bash", f"export PATH={pager.parent}:$PATH\n"), block(holding="page-somebody")],
        settings,
        scratch,
        {"/srv/scoreboard": str(ailing), "status.json": str(scratch / "status.json")},
    )
    assert json.loads((scratch / "paged.json").read_text())["attention"]


def _tell_operators(sample: Settings, scratch: Path) -> None:
    """A run that fails is told by mail, Slack and web hook, by the Connections of the page; and OpenLineage hears of its tasks."""
    home = scratch / "told"
    shutil.copytree(sample.airflow_home, home / "airflow")
    sinks = Sinks(scratch)
    with sinks.mail_server(is_tls_from_the_start=False) as port, sinks.web_server() as web:
        run_blocks(
            [
                block(holding="AIRFLOW__OPENLINEAGE__TRANSPORT"),
                block(holding="export SCOREBOARD_NOTIFY"),
                block(holding="QUARTER=2099-Q1"),
            ],
            settings_for(home, str(sample.as_of)),
            scratch,
            {
                "mail.example.com": "127.0.0.1",
                "--conn-port 587": f"--conn-port {port}",
                "$MAIL_PASSWORD": PASSWORD,
                "$SLACK_WEBHOOK_URL": f"{web}/slack",
                "https://hooks.example.com": web,
                "http://marquez:5000": web,
            },
            sinks.environment,
        )
    [mail], [slack], [hook] = sinks.mails, sinks.posted("/slack"), sinks.posted("/scoreboard")
    assert mail["To"] == "ops@example.com"
    for told in (str(mail["Subject"]), slack["text"], hook["subject"]):
        assert "quarterly_award_report failed" in told
    assert "2099-Q1 is not closed" in json.dumps(hook)
    jobs = {event["job"]["name"] for event in sinks.posted("/api/v1/lineage")}
    assert "quarterly_award_report.choose_quarter" in jobs


def _back_up_and_restore(settings: Settings, scratch: Path) -> None:
    """By the page's own two blocks, up to the run; the first home is gone before the second is made."""
    (scratch / "backup").mkdir()
    places = {"/srv/scoreboard": str(settings.home), "/srv/backup": str(scratch / "backup")}
    run_blocks([block(holding="--exclude=./build")], settings, scratch, places)
    settings.home.rename(scratch / "gone")

    restore = block(holding="/srv/restored")
    unpack, _, nothing_more = restore.body.partition(RUN)
    assert not nothing_more
    places = {"/srv/restored": str(scratch / "restored"), "/srv/backup": str(scratch / "backup")}
    said = run_blocks([Block(restore.page, "bash", unpack)], settings, scratch, places)
    assert "All is well" in said
    note_run(restore)  # its last line is the run that the other pages wait for as well
    (scratch / "gone").rename(settings.home)


def _went_on(sample: Settings, settings: Settings, taken_up: str) -> None:
    """Closed quarters kept what was official, alerts what became of them, and what was told once was not told again."""
    official = "select * from marts.fct_satisfaction_quarterly where is_closed order by all"
    assert rows(settings, official) == rows(sample, official)
    frozen, still = ({path.name for path in (one.published / "closed").iterdir()} for one in (sample, settings))
    assert frozen < still  # and the restatement beside it
    [alert] = rows(settings, f"select state from marts.fct_action_alerts where alert_id = '{taken_up}'")
    assert alert["state"] == "acknowledged"
    assert _told(sample) and _told(sample) <= _told(settings)


def _told(settings: Settings) -> set[tuple[str, ...]]:
    """Every alert that left, with its channel and when."""
    with sqlite3.connect(f"file:{settings.home}/alerts/outbox.sqlite?mode=ro", uri=True) as outbox:
        asked = (
            "select alert_id, channel, stage, messages.message_id, changed_at from deliveries"
            " join messages using (message_id, channel) where state = 'sent'"
        )
        return set(outbox.execute(asked))


def _files(home: Path) -> dict[str, str]:
    """Path -> hash of everything a backup holds."""
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.relative_to(home).parts[0] != "build"
    }

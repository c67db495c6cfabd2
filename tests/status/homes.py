"""Homes to look at, and what is told of them."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from scoreboard import journal
from scoreboard.status import parts, read_status
from scoreboard.status.view import StatusView
from scoreboard.warehouse.publish import publish
from tests.marts_fixture import write_build

QUARTERS = [
    {
        "quarter_start_date": "2026-01-01",
        "quarter_label": "2026-Q1",
        "quarter_end_date": "2026-03-31",
        "is_closed": True,
    },
    {
        "quarter_start_date": "2026-04-01",
        "quarter_label": "2026-Q2",
        "quarter_end_date": "2026-06-30",
        "is_closed": False,
    },
]
WORKED = "2026-08-17T06:00:00+00:00"


def published(settings, quarantined=()):
    """One more version with these (entity, rule) open in quarantine."""
    run = f"run{len(list((settings.published / 'versions').glob('v*'))) + 1}"
    rows = [
        {"entity": entity, "rule": rule, "row_number": number, "run_id": "first", "file": "a.csv", "status": "open"}
        for number, (entity, rule) in enumerate(quarantined)
    ]
    released = [{"entity": "tickets", "rule": "orphan_key", "row_number": 99, "run_id": "first", "status": "released"}]
    tables = {"dim_quarters": QUARTERS, "rpt_quarantine": [*rows, *released], "fct_action_alerts": []}
    write_build(settings, tables | {"rpt_coverage": []}, only=[*tables, "rpt_coverage"])
    return publish(settings, run)


def reported(settings):
    (settings.reports / "2026-Q1").mkdir(parents=True)
    (settings.reports / "2026-Q1" / "award_report.html").write_text("<p>")


def told(settings):
    """What needs a person, as about -> sentence."""
    return {one["about"]: one["sentence"] for one in read_status(settings)["attention"]}


def shown(settings, is_whole=False):
    console = Console(file=StringIO(), width=160)
    console.print(StatusView(read_status(settings), is_whole))
    return console.file.getvalue()


def later(monkeypatch, hours):
    monkeypatch.setattr(parts, "utc_now", lambda: datetime.now(UTC) + timedelta(hours=hours))


def failed(settings, dag_id, run_key, sentence):
    (settings.runs / run_key).mkdir(parents=True, exist_ok=True)
    failure = {"dag_id": dag_id, "task_id": "land", "map_label": "usage", "sentence": sentence, "when": WORKED}
    with (settings.runs / run_key / "failures.jsonl").open("a") as lines:
        lines.write(json.dumps(failure) + "\n")
    journal.note_outcome(settings, dag_id, run_key, "failed", None, "scheduled")


def queued(settings, *states):
    from scoreboard.alerts.outbox import opened

    with opened(settings) as outbox, outbox.writing() as connection:
        for number, state in enumerate(states):
            connection.execute(
                "insert into messages (message_id, channel, owner, state, not_before, created_at, changed_at)"
                " values (?, 'mail', 'E1', ?, ?, ?, ?)",
                [str(number), state, WORKED, WORKED, WORKED],
            )

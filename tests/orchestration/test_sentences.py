"""The one sentence that is kept of a failed task, whatever ended it."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from scoreboard.errors import ScoreboardError
from scoreboard.orchestration.callbacks import record_failure, sentence_of


def raised(error, cause):
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def timed_out():
    from airflow.sdk.exceptions import AirflowTaskTimeout

    return AirflowTaskTimeout("Timeout, PID: 4711")


FULL = OSError(28, "No space left on device", "/srv/home/landing/x.parquet")


@pytest.mark.parametrize(
    ("exception", "says"),
    [
        (lambda: ScoreboardError("a.csv has no rows. Mend it."), ["a.csv has no rows. Mend it."]),
        (lambda: ValueError("odd"), ["ValueError: odd"]),
        (lambda: FULL, ["/srv/home/landing/x.parquet", "Make room", "run it again"]),
        (lambda: raised(ScoreboardError("the build failed"), FULL), ["the build failed", "Make room"]),
        (timed_out, ["took longer than it may", "run it again"]),
        (lambda: None, ["out of memory", "Nothing half-done counts"]),
    ],
)
def test_it_says_what_happened_and_what_to_do(exception, says):
    sentence = sentence_of(exception())
    for part in says:
        assert part in sentence


def test_of_several_tasks_the_one_that_was_killed_is_named_by_its_number(tmp_path, monkeypatch):
    monkeypatch.setenv("SCOREBOARD_HOME", str(tmp_path))
    dag_run = SimpleNamespace(conf={"run_key": "run7"}, run_id="x", run_after=datetime.now(UTC), dag_id="extract_crm")
    task = SimpleNamespace(dag_id="extract_crm", task_id="land", try_number=3, map_index=4)
    record_failure({"ti": task, "dag_run": dag_run, "exception": None})
    [line] = (tmp_path / "runs/run7/failures.jsonl").read_text().splitlines()
    assert json.loads(line)["map_label"] == "4"

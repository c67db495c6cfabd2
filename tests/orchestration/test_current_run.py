"""The run's name on disk: shared by those told to share it, never a way out of runs/."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from scoreboard.orchestration.current_run import run_key


def dag_run(conf=None, run_id="manual__1", dag_id="extract_crm"):
    due = datetime(2026, 8, 17, 7, 5, tzinfo=timezone(timedelta(hours=2)))
    return SimpleNamespace(conf=conf, run_id=run_id, dag_id=dag_id, run_after=due)


@pytest.mark.parametrize("key", ["20260817T050501Z", "20260817T050501Z-2", "my_run.3", "x" * 100])
def test_a_plain_name_given_in_the_conf_is_taken(key):
    assert run_key(dag_run({"run_key": key})) == key


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x", "a/b", "a\\b", "a b", "a\n", "-rf", ".hidden", "é", "x" * 101, None, 7, ["a"], {"a": 1}],
)
def test_anything_else_in_the_conf_is_not(key):
    assert run_key(dag_run({"run_key": key})) == run_key(dag_run())


def test_without_conf_the_name_says_when_in_utc_and_which_dag():
    assert run_key(dag_run()).startswith("20260817T050500Z-extract_crm-")


def test_retries_share_a_name_and_two_runs_of_one_second_do_not():
    assert run_key(dag_run()) == run_key(dag_run(conf={}))
    assert run_key(dag_run(run_id="manual__1")) != run_key(dag_run(run_id="manual__2"))

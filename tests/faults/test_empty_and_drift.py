"""Faults 10 and 13: nothing there, nothing new, and answers that have another shape than they used to."""

from __future__ import annotations

import json
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from demo.vendors.core import Request, Response
from demo.vendors.faults import Handler, Strike, always
from scoreboard.sources.api.base import SourceError
from tests.faults.rig import Rig, Trial, rig
from tests.faults.vendors import PAGED, TRIALS

everyone = pytest.mark.parametrize("trial", TRIALS, ids=str)


@everyone
def test_a_source_without_a_row_is_a_success_without_a_batch(trial: Trial) -> None:
    with rig(trial) as it:
        report = it.land()
        assert (report["batch"], report["rows"], it.cursor()) == (None, 0, None)
        it.put_many(5)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.assert_whole()


@everyone
def test_nothing_new_makes_no_batch_and_keeps_the_cursor(trial: Trial) -> None:
    with rig(trial) as it:
        it.put_many(5)
        it.pass_time(it.stream.horizon + timedelta(minutes=5))
        it.land()
        cursor, batches = it.cursor(), len(it.batches())
        for _ in range(3):
            it.pass_time(timedelta(hours=1))
            assert it.land()["batch"] is None
        assert (it.cursor(), len(it.batches())) == (cursor, batches)


@everyone
def test_a_field_that_was_never_there_does_not_stop_the_run(trial: Trial) -> None:
    with rig(trial) as it:
        it.put_many(3)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.world.put(trial.stream, trial.key(9), {**trial.row(trial.key(9), "mark 9"), "surprise__c": {"new": 1}})
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.assert_whole()
        if trial.serves_everything:
            assert newest_record(it)["surprise__c"] == {"new": 1}


@everyone
def test_a_field_of_another_type_lands_as_it_is(trial: Trial) -> None:
    """What it means is the mapping's to say, and the door's to refuse; no type of yesterday is forced on it."""
    with rig(trial) as it:
        it.put_many(3)
        it.pass_time(timedelta(minutes=5))
        it.land()
        body = json.loads(json.dumps(trial.row(trial.key(9), "to be a number")).replace('"to be a number"', "12.50"))
        it.world.put(trial.stream, trial.key(9), body)
        it.pass_time(timedelta(minutes=5))
        it.land()
        assert float(str(it.current()[trial.key(9)])) == 12.5


@pytest.mark.parametrize("trial", PAGED, ids=str)  # an export's zip file is taken apart in tests/sources/api
def test_records_without_their_id_end_the_run(trial: Trial) -> None:
    with rig(trial) as it:
        it.put_many(3)
        it.pass_time(timedelta(minutes=5))
        it.land()
        it.put(9)
        it.pass_time(timedelta(minutes=5))

        def rename(request: Request, handle: Handler) -> Response:
            answer = handle(request)
            for name in (b'"id":', b'"Id":', b'"contactId":'):
                answer.body = answer.body.replace(name, b'"nr":')
            return answer

        it.faults = strike = Strike("renamed", rename, always, only=trial.is_page)
        error = it.endure()
        assert strike.injected >= 1
        assert isinstance(error, SourceError)
        it.faults = None
        it.land()
        it.assert_whole()


def newest_record(it: Rig) -> dict[str, object]:
    """The record of the last landed row."""
    path = it.batches()[-1].part_paths[-1]
    record: dict[str, object] = json.loads(pq.read_table(path, columns=["_record"])["_record"][-1].as_py())
    return record

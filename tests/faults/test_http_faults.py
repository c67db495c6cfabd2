"""Faults 6 to 9: the vendor says later, the network breaks, an answer is none, credentials end in mid-page.

One fault passes by and the run lands everything all the same; one that stays ends the run within a few requests, with stream
and page named and the cursor where it was; the run after it lands everything once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from demo.vendors.core import Request, Response
from demo.vendors.faults import (
    Handler,
    Only,
    Script,
    Strike,
    TokenExpiry,
    Where,
    always,
    at,
    credentials_of,
    cut_gzip,
    empty_body,
    empty_object,
    first,
    html_page,
    now_and_then,
    refused,
    reset,
    server_error,
    slow,
    timed_out,
    too_many,
    too_many_until,
    truncated,
    wrong_type,
)
from demo.vendors.paging import short_page
from scoreboard.sources.api.base import SourceError, SourceUnavailable
from tests.effort import EFFORT
from tests.faults.rig import Rig, Trial, rig
from tests.faults.vendors import COUNTED, TRIALS

pytestmark = pytest.mark.long

Make = Callable[[Rig, Where, Only], Strike]
A_DAY = str(24 * 3600)

LATER: dict[str, Make] = {
    "429 in seconds": lambda it, where, only: too_many(where, retry_after="3", only=only),
    "429 until a date": lambda it, where, only: too_many_until(it.clock, 3, where, only=only),
    "429 in 0 seconds": lambda it, where, only: too_many(where, retry_after="0", only=only),
    "429 without saying when": lambda it, where, only: too_many(where, retry_after=None, only=only),
    "429 with nonsense": lambda it, where, only: too_many(where, retry_after="soon", only=only),
    "503 in seconds": lambda it, where, only: too_many(where, retry_after="3", status=503, only=only),
}
BROKEN: dict[str, Make] = {
    **{
        f"{status}": lambda it, where, only, status=status: server_error(status, where, only=only)
        for status in (500, 502, 503, 504, 520)
    },
    "reset": lambda it, where, only: reset(where, only=only),
    "timeout": lambda it, where, only: timed_out(where, only=only),
    "slow": lambda it, where, only: slow(where, only=only),
}
NO_ANSWER: dict[str, Make] = {
    "truncated": lambda it, where, only: truncated(where, only=only),
    "empty body": lambda it, where, only: empty_body(where, only=only),
    "html": lambda it, where, only: html_page(where, only=only),
    "wrong type": lambda it, where, only: wrong_type(where, only=only),
    "cut gzip": lambda it, where, only: cut_gzip(where, only=only),
}
ALL = {**LATER, **BROKEN, **NO_ANSWER}

everyone = pytest.mark.parametrize("trial", TRIALS, ids=str)


def everyone_with_every_fault(*pages: int) -> pytest.MarkDecorator:
    """Every stream meets every fault, each time on another of the pages; on all of them with SCOREBOARD_TEST_EFFORT=2."""
    return pytest.mark.parametrize(
        ("trial", "fault", "page"),
        [
            pytest.param(trial, fault, page, id=f"{name}-{page}-{trial}")
            for place, trial in enumerate(TRIALS)
            for number, (name, fault) in enumerate(ALL.items(), place)
            for page in (pages if EFFORT > 1 else (pages[number % len(pages)],))
        ],
    )


@contextmanager
def landed_once(trial: Trial) -> Iterator[Rig]:
    """Three rows landed, then ten more to come: several pages, and a cursor that must not move on failure."""
    with rig(trial) as it:
        it.put_many(3)
        it.pass_time(timedelta(minutes=20))
        it.land()
        it.put_many(10, first=20)
        it.pass_time(timedelta(minutes=5))
        yield it


@everyone_with_every_fault(1, 3)
def test_a_fault_that_passes_costs_nothing(trial: Trial, fault: Make, page: int) -> None:
    with landed_once(trial) as it:
        strike = fault(it, at(min(page, trial.requests_at_least)), trial.is_page)
        it.faults = strike
        it.land()
        assert strike.injected == 1
        it.assert_whole()


@everyone
@pytest.mark.parametrize("fault", ALL.values(), ids=list(ALL))
def test_a_fault_during_the_very_first_read(trial: Trial, fault: Make) -> None:
    """Which may go another way than later ones: in bulk."""
    with rig(trial) as it:
        it.put_many(10)
        it.pass_time(timedelta(minutes=5))
        it.faults = strike = fault(it, at(2), trial.is_page)
        it.land()
        assert strike.injected == 1
        it.assert_whole()


@everyone_with_every_fault(1, 2)
def test_a_fault_that_stays_ends_the_run_in_words(trial: Trial, fault: Make, page: int) -> None:
    with landed_once(trial) as it:
        page = min(page, trial.requests_at_least)
        strike = fault(it, lambda number, request: number >= page, trial.is_page)
        it.faults = strike
        error = it.endure()

        assert isinstance(error, SourceError), "a broken answer must never pass for the last page"
        assert "page" in str(error) or not trial.is_paged
        assert 2 <= strike.injected <= 6, "tried again, but no storm"
        assert sum(it.waits) < 600

        it.faults = None
        it.land()
        it.assert_whole()


@everyone
def test_valid_json_that_is_no_page_is_not_the_last_page(trial: Trial) -> None:
    with landed_once(trial) as it:
        it.faults = empty_object(always, only=trial.is_page)
        assert isinstance(it.endure(), SourceError)
        it.faults = None
        it.land()
        it.assert_whole()


@pytest.mark.parametrize("trial", COUNTED, ids=str)
@pytest.mark.parametrize("page", [1, 2])
def test_an_answer_with_fewer_rows_than_it_counts_is_asked_for_again(trial: Trial, page: int) -> None:
    with landed_once(trial) as it:
        it.faults = strike = short_page(trial.counted, at(page), only=trial.is_page)
        it.land()
        assert strike.injected == 1
        it.assert_whole()

        it.put(40)
        it.pass_time(timedelta(minutes=5))
        it.faults = short_page(trial.counted, always, only=trial.is_page)
        assert isinstance(it.endure(), SourceError)
        it.faults = None
        it.land()
        it.assert_whole()


@everyone
def test_a_vendor_that_says_tomorrow_is_left_for_the_next_run(trial: Trial) -> None:
    with landed_once(trial) as it:
        it.faults = too_many(at(2 if trial.requests_at_least > 1 else 1), retry_after=A_DAY, only=trial.is_page)
        error = it.endure()
        assert isinstance(error, SourceUnavailable)
        assert sum(it.waits) < 600, "a worker does not sleep for a day"
        it.faults = None
        it.land()
        it.assert_whole()


@everyone
@pytest.mark.parametrize("wait", ["3", "7"])
def test_it_waits_at_least_as_long_as_it_is_asked_to(trial: Trial, wait: str) -> None:
    with landed_once(trial) as it:
        before = len(it.waits)
        it.faults = too_many(first(2), retry_after=wait, only=trial.is_page)
        it.land()
        assert sum(seconds >= float(wait) for seconds in it.waits[before:]) >= 2
        it.assert_whole()


@everyone
@pytest.mark.parametrize("seed", range(5))
def test_a_bad_day_with_everything_at_once(trial: Trial, seed: int) -> None:
    with landed_once(trial) as it:
        share = 0.02
        strikes = [
            make(it, now_and_then(seed * 100 + place, share), lambda request: True)
            for place, make in enumerate(ALL.values())
        ]
        it.faults = Script(*strikes)
        for _ in range(6):
            it.endure()
            it.pass_time(timedelta(minutes=1))
        assert sum(strike.injected for strike in strikes) > 0
        it.faults = None
        it.land()
        it.assert_whole()


@everyone
@pytest.mark.parametrize("page", [1, 2, 3])
def test_credentials_end_in_mid_page(trial: Trial, page: int) -> None:
    with landed_once(trial) as it:
        strike = TokenExpiry(trial.unauthorized, at(min(page, trial.requests_at_least)), only=trial.is_page)
        it.faults = strike
        error = it.endure()
        assert strike.injected == 1
        if trial.renews:
            assert error is None, error
        else:
            assert "credentials" in str(error)
            assert len(it.requests) < 12
            it.faults = None
            it.land()
        it.assert_whole()


@everyone
def test_credentials_that_were_never_right_end_the_run_at_once(trial: Trial) -> None:
    with landed_once(trial) as it:
        before = len(it.waits)
        it.faults = refused(trial.unauthorized)
        error = it.endure(names_stream=False)  # it is the connection that is wrong, for every stream
        assert isinstance(error, SourceError)
        assert it.source.connection in str(error)
        assert len(it.requests) <= 4, "no storm of requests with a wrong password"
        assert len(it.waits) == before, "there is nothing to wait for"


@everyone
def test_a_refusal_that_repeats_the_credentials_is_not_repeated(trial: Trial) -> None:
    told = set()

    def parrot(request: Request, handle: Handler) -> Response:
        told.add(credentials_of(request).split()[-1])
        return Response.of([{"message": f"not for {credentials_of(request)}", "errorCode": "NO"}], 403)

    with landed_once(trial) as it:
        it.faults = Strike("parrot", parrot, only=trial.is_page)
        error = it.endure()
        assert isinstance(error, SourceError)
        assert told and not [secret for secret in told if secret in str(error)]


@everyone
def test_a_missing_permission_is_named(trial: Trial) -> None:
    with landed_once(trial) as it:
        it.faults = refused(Response.of({"message": "forbidden"}, 403), only=trial.is_page)
        error = it.endure()
        assert isinstance(error, SourceError)
        assert it.stream.permission
        assert it.stream.permission in str(error)
        assert len(it.requests) <= 6

"""Faults of a single request, and the run that meets one: ten new rows on their way, and a request or more going wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from demo.vendors.faults import (
    Strike,
    at,
    cut_gzip,
    empty_body,
    html_page,
    reset,
    server_error,
    slow,
    timed_out,
    too_many,
    too_many_until,
    truncated,
    wrong_type,
)
from tests.faults.rig import Rig

Scene = Callable[[Rig], int]
Make = Callable[[Rig, Callable[..., bool]], Strike]


def struck(make: Make, page: int = 2, *, stays: bool = False) -> Scene:
    """A run during which one request is struck (or every one from there on), over ten new rows."""

    def scene(it: Rig) -> int:
        begin(it)
        it.put_many(10, first=20)
        it.pass_time(timedelta(minutes=5))
        number = min(page, it.trial.requests_at_least)
        strike = make(it, (lambda n, request: n >= number) if stays else at(number))
        it.faults = strike
        it.endure(names_stream=False)
        it.faults = None
        return strike.injected

    return scene


def begin(it: Rig) -> None:
    """Three rows have landed and left a cursor."""
    it.put_many(3)
    it.pass_time(it.stream.horizon + timedelta(minutes=20))
    it.land()


BROKEN: dict[str, Make] = {
    "429, 3 seconds": lambda it, where: too_many(where, retry_after="3", only=it.trial.is_page),
    "429, until a date": lambda it, where: too_many_until(it.clock, 3, where, only=it.trial.is_page),
    "429, 0 seconds": lambda it, where: too_many(where, retry_after="0", only=it.trial.is_page),
    "429, not said when": lambda it, where: too_many(where, retry_after=None, only=it.trial.is_page),
    "500": lambda it, where: server_error(500, where, only=it.trial.is_page),
    "502": lambda it, where: server_error(502, where, only=it.trial.is_page),
    "503": lambda it, where: server_error(503, where, only=it.trial.is_page),
    "504": lambda it, where: server_error(504, where, only=it.trial.is_page),
    "520": lambda it, where: server_error(520, where, only=it.trial.is_page),
    "reset": lambda it, where: reset(where, only=it.trial.is_page),
    "timeout": lambda it, where: timed_out(where, only=it.trial.is_page),
    "slow answer": lambda it, where: slow(where, only=it.trial.is_page),
    "truncated body": lambda it, where: truncated(where, only=it.trial.is_page),
    "empty body": lambda it, where: empty_body(where, only=it.trial.is_page),
    "HTML with 200": lambda it, where: html_page(where, only=it.trial.is_page),
    "wrong content type": lambda it, where: wrong_type(where, only=it.trial.is_page),
    "cut gzip": lambda it, where: cut_gzip(where, only=it.trial.is_page),
}

"""When a request is made again, how long to wait before, and when to give up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

_Result = TypeVar("_Result")

# besides every 5xx: too slow, locked for a moment, too many requests, an account being moved to another data centre
PASSING = frozenset({408, 423, 429, 477})


@dataclass(frozen=True)
class Limits:
    """How patient the client is; all in seconds but `tries`.

    `longest_pause`: a vendor that asks for a longer one is left for the next run. `slowest_answer`: the whole of one answer.
    """

    tries: int = 6
    first_pause: float = 1.0
    longest_backoff: float = 60.0
    longest_pause: float = 300.0
    connect: float = 15.0
    silence: float = 90.0
    slowest_answer: float = 600.0


class PassingTrouble(Exception):
    """A try failed in a way that may pass. `pause`: the seconds the vendor asked for, None if it named none.

    `is_answer`: it answered, with something that cannot be used.
    """

    def __init__(self, text: str, pause: float | None = None, *, is_answer: bool = False) -> None:
        super().__init__(text)
        self.pause = pause
        self.is_answer = is_answer


def again(
    attempt: Callable[[], _Result], limits: Limits, wait: Callable[[float], None], jitter: Callable[[], float]
) -> _Result:
    """The result of the first try that does not meet PassingTrouble; the last try's trouble is raised."""

    def pause(state: RetryCallState) -> float:
        trouble = state.outcome.exception() if state.outcome else None
        asked = trouble.pause if isinstance(trouble, PassingTrouble) else None
        step = limits.first_pause * 2.0 ** (state.attempt_number - 1)
        if asked is None:
            return float(min(step, limits.longest_backoff) * (0.5 + jitter() / 2))
        # never sooner than asked; a little later, so that many clients told the same do not come back at once
        return asked + min(limits.first_pause, 1.0) * jitter()

    return Retrying(
        stop=stop_after_attempt(limits.tries),
        wait=pause,
        retry=retry_if_exception_type(PassingTrouble),
        sleep=wait,
        reraise=True,
    )(attempt)


def random_jitter() -> float:
    """0 to 1, new each time."""
    return random.random()  # noqa: S311 - spreads requests in time, guards nothing

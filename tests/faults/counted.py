"""What a scene comes to: rows landed, lost and doubled, and requests held against what the vendor allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from demo.vendors.core import Clock, Request, Response
from demo.vendors.faults import Only, anything

_TOO_MANY = 429


class LandedRow(NamedTuple):
    """One landed row as the checks need it."""

    key: str
    mark: str | None
    version: datetime | None
    is_tombstone: bool


@dataclass
class Verdict:
    """What landed against what was to be seen."""

    served: int
    landed: int
    lost: list[tuple[str, str]]
    doubled: list[tuple[str, str]]
    invented: list[tuple[str, str]]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.invented)


@dataclass(frozen=True)
class Budget:
    """So many requests within a span, as the vendor documents it; `only`: of those that it counts."""

    requests: int
    span: timedelta
    words: str
    only: Only = anything


class Spent:
    """The requests that reached the vendor: the most it answered within any one span, and how many it refused as too many."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self.most = self.answered = self.refused = 0
        self._budget, self._clock = budget, clock
        self._recent: deque[datetime] = deque()

    def counting(self, handle: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """The vendor's handler, with every answer of it counted."""

        def answered(request: Request) -> Response:
            answer = handle(request)
            if self._budget.only(request):
                self._count(answer)
            return answer

        return answered

    @property
    def is_kept(self) -> bool:
        """Never more than allowed, and asked once too often at most before waiting for the next span."""
        return self.most <= self._budget.requests and self.refused <= self.answered // self._budget.requests

    def __str__(self) -> str:
        return f"{self.most:,} of {self._budget.requests:,} {self._budget.words}"

    def _count(self, answer: Response) -> None:
        if answer.status == _TOO_MANY:
            self.refused += 1
            return
        now = self._clock.now()
        while self._recent and now - self._recent[0] >= self._budget.span:
            self._recent.popleft()
        self._recent.append(now)
        self.answered += 1
        self.most = max(self.most, len(self._recent))

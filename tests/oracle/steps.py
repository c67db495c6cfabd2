"""The steps of the right computation, remembered, so that a wrong reading computes again only what its change can touch.

A step of the wrong oracle that its change leaves alone is the very function of the right one (tests/oracle/wrong_readings.py copies only what
the change touches). Asked the same of the same, it gives the same; and what a changed step makes no different is as good as the right result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tests.oracle.company import _plain
from tests.oracle.compare import compare_rows
from tests.oracle.reading import Row

Step = Callable[..., Any]

# What `figures` calls by name, and the table a step's result is, where it is one.
_TABLES = {
    "build_calendar": None,
    "build_responses": None,
    "Invited": None,
    "tier_rows": "fct_account_tiers",
    "group_responses": None,
    "response_rows": "fct_survey_responses",
    "answer_rows": "fct_survey_answers",
    "satisfaction_rows": "fct_satisfaction_quarterly",
    "quadrant_rows": "fct_account_quadrants",
    "gap_rows": "rpt_gaps",
    "award_rows": "rpt_award_eligibility",
}


class Noticed(Exception):
    """A wrong step made a table that differs from the right one: nothing more need be computed."""


class Steps:
    """The results of one company's right computation, by step and by what the step was given."""

    def __init__(self) -> None:
        self._of_given: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}
        self._of_name: dict[str, Any] = {}

    @contextmanager
    def kept(self, company: ModuleType) -> Iterator[None]:
        """Within, what the module `company` computes is kept as right."""
        with _instead(company, self._keeping):
            yield

    @contextmanager
    def used(self, company: ModuleType) -> Iterator[None]:
        """Within, the module `company` computes only what is not known already; raises Noticed at the first table that differs."""
        with _instead(company, self._sparing):
            yield

    def _keeping(self, name: str, step: Step) -> Step:
        def run(*given: Any) -> Any:
            result = self._of_name[name] = step(*given)
            self._of_given[(step, *map(id, given))] = (given, result)  # held on to, so that no id is another's later
            return result

        return run

    def _sparing(self, name: str, step: Step) -> Step:
        def run(*given: Any) -> Any:
            known = self._of_given.get((step, *map(id, given)))
            if known is not None:
                return known[1]
            result, right, table = step(*given), self._of_name[name], _TABLES[name]
            if result == right:
                return right
            if table is not None and (differences := compare_rows(table, _rows(right), _rows(result))):
                raise Noticed(differences)
            return result

        return run


@contextmanager
def _instead(company: ModuleType, made: Callable[[str, Step], Step]) -> Iterator[None]:
    """The module's steps, each replaced by what `made` makes of it, for a while."""
    steps = {name: getattr(company, name) for name in _TABLES}
    vars(company).update({name: made(name, step) for name, step in steps.items()})
    try:
        yield
    finally:
        vars(company).update(steps)


def _rows(result: Any) -> list[Row]:
    """A step's result as the rows of its table."""
    rows = result.values() if isinstance(result, dict) else result
    return [{column: _plain(cell) for column, cell in row.items()} for row in rows]

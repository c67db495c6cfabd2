"""The random companies tell wrong readings of docs/figures.md from right ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from tests.oracle.areas import AREAS, Known, area_tables, know
from tests.oracle.check import read_settings
from tests.oracle.company import Tables
from tests.oracle.compare import compare_rows
from tests.oracle.random_company import write_company
from tests.oracle.random_world import Options
from tests.oracle.rules import Rules
from tests.oracle.wrong_area_readings import WRONG_AREA_READINGS, wrong_areas
from tests.oracle.wrong_readings import WrongReading

SEEDS = (11, 18, 8, 2, 7, 5, 6, 4, 1, 0, 9, 10, *range(12, 16), 3)  # in this order until one notices
# Which company notices what the first does not: where to look first, and no more than that.
_SOONEST = {
    18: "identical in all answers|the vote policy of as-of|years of breaks in UTC|in touch after as-of|left after as-of is hidden|"
    "90 days for ever|scales as shipped|a rule that ended on 1 January is told|ties stand behind each other|late at the very target|"
    "open ones are met",
    8: "a heard running quarter comes again|the program's rule of as-of|a null score passes|the minimum score fails|"
    "the required share must be exceeded|a rule of 31 December is the next year's",
    2: "a settling year is decided|the window of the ticket's day|equal on different scales",
    7: "records instead of courses|a signal on the first day is none",
    5: "addresses of the active only",
    6: "a quarter that begins today has not begun",
    4: "on the last day nothing comes any more",
}
SOONEST = {what: seed for seed, readings in _SOONEST.items() for what in readings.split("|")}
_ON_A_FIRST_DAY = 6  # the seed whose as-of begins a calendar quarter


class Case:
    """One written company and what its areas should give."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._tables: dict[str, Tables] = {}

    def tables(self, area: str) -> Tables:
        """The right tables of an area."""
        if area not in self._tables:
            self._tables[area] = area_tables(self.known, [module for module in AREAS if name_of(module) == area])
        return self._tables[area]


def name_of(area: ModuleType) -> str:
    return area.__name__.rpartition(".")[2]


class Cases:
    """The companies of SEEDS, each written and computed when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[int, Case] = {}

    def of(self, reading: WrongReading) -> Iterator[Case]:
        """All of them, the one that notices soonest first."""
        for seed in dict.fromkeys((SOONEST.get(reading.what, SEEDS[0]), *SEEDS)):
            if seed not in self._made:
                self._made[seed] = self._make(seed)
            yield self._made[seed]

    def _make(self, seed: int) -> Case:
        home = self.folder / str(seed)
        inboxes = write_company(
            seed,
            home,
            Options(
                drop=(),
                big_group=False,
                workbooks=False,
                as_of=date(2025, 7, 1) if seed == _ON_A_FIRST_DAY else None,
            ),
        )
        told = read_settings(home / "settings.env")
        calendar_settings = (
            date.fromisoformat(told["SCOREBOARD_AS_OF"]),
            told["SCOREBOARD_TIMEZONE"],
            int(told["SCOREBOARD_FISCAL_START_MONTH"]),
        )
        return Case(know(home, inboxes, Rules(home / "seeds", told["SCOREBOARD_CURRENCY"]), calendar_settings))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """The companies, their folder on the path for the changed areas."""
    folder = tmp_path_factory.mktemp("areas")
    sys.path.insert(0, str(folder))
    yield Cases(folder)
    sys.path.remove(str(folder))


@pytest.mark.parametrize("reading", WRONG_AREA_READINGS, ids=lambda reading: reading.what)
def test_a_wrong_reading_of_the_page_is_noticed(reading: WrongReading, cases: Cases) -> None:
    areas = wrong_areas(reading, cases.folder, f"wrong_areas_{WRONG_AREA_READINGS.index(reading)}")
    for case in cases.of(reading):
        if any(
            compare_rows(table, case.tables(name_of(area))[table], rows)
            for area in areas
            for table, rows in area_tables(case.known, [area]).items()
        ):
            return
    pytest.fail(f"no company of the seeds {SEEDS} tells it from the right reading")

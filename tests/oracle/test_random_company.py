"""The random companies: the same for a seed, whole in every zone and fiscal start, and telling wrong readings of the contract from right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from tests.oracle.calendar import FIRST_EVENTS
from tests.oracle.check import computed_tables, read_settings
from tests.oracle.check import main as check
from tests.oracle.company import Tables, compute, figures
from tests.oracle.compare import COUNTS, TABLES, compare_counts, compare_quarantine, compare_rows
from tests.oracle.judging import Judged, judge
from tests.oracle.random_company import write_company
from tests.oracle.random_world import ZONES, Options
from tests.oracle.reading import read_entity
from tests.oracle.rules import Rules
from tests.oracle.schema import ENTITIES
from tests.oracle.writing import published
from tests.oracle.wrong_readings import JUDGING, WRONG_READINGS, WrongReading, wrong_oracle

# Companies are tried in this order until one notices; most wrong readings fall at the first. Each opens with another entity.
SEEDS = (0, 1, 2, 3, 20, 19, 9, 4, 5, 6, 7, 8, *range(10, 19), *range(21, 28))
SMALL = Options(responses=30, big_group=False)


@dataclass
class Case:
    """One written company and what it should give."""

    home: Path
    settings: dict[str, str]
    rules: Rules
    judged: Judged
    tables: Tables

    @property
    def calendar_settings(self) -> tuple[date, str, int]:
        names = ("SCOREBOARD_AS_OF", "SCOREBOARD_TIMEZONE", "SCOREBOARD_FISCAL_START_MONTH")
        as_of, zone, start = (self.settings[name] for name in names)
        return date.fromisoformat(as_of), zone, int(start)


class Cases:
    """The companies of SEEDS, each written and computed when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[int, Case] = {}

    def __iter__(self) -> Iterator[Case]:
        for seed in SEEDS:
            if seed not in self._made:
                self._made[seed] = self._make(seed)
            yield self._made[seed]

    def _make(self, seed: int) -> Case:
        home = self.folder / str(seed)
        opener = sorted(FIRST_EVENTS)[seed % len(FIRST_EVENTS)]
        inboxes = write_company(seed, home, Options(first_event=opener))
        settings = read_settings(home / "settings.env")
        rules = Rules(home / "seeds", settings["SCOREBOARD_CURRENCY"])
        case = Case(home, settings, rules, judge(inboxes, rules), {})
        case.tables = figures(case.judged, rules, *case.calendar_settings)
        return case


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """The companies, their folder on the path for the changed oracles."""
    folder = tmp_path_factory.mktemp("companies")
    sys.path.insert(0, str(folder))
    yield Cases(folder)
    sys.path.remove(str(folder))


def is_told_apart(right: Tables, wrong: Tables) -> bool:
    return (
        any(right[table] != wrong[table] and compare_rows(table, right[table], wrong[table]) for table in TABLES)
        or bool(compare_quarantine(right["quarantine"], wrong["quarantine"]))
        or bool(compare_counts(right["counts"], wrong["counts"]))
    )


@pytest.mark.parametrize("reading", WRONG_READINGS, ids=lambda reading: reading.what)
def test_a_wrong_reading_is_noticed(reading: WrongReading, cases: Cases) -> None:
    module = wrong_oracle(reading, cases.folder, f"wrong_{WRONG_READINGS.index(reading)}")
    for case in cases:
        if reading.module in JUDGING:
            wrong = module.compute(case.home, *case.calendar_settings, case.settings["SCOREBOARD_CURRENCY"])
        else:
            wrong = module.figures(case.judged, case.rules, *case.calendar_settings)
        if is_told_apart(case.tables, wrong):
            return
    pytest.fail(f"no company of the seeds {SEEDS} tells it from the right reading")


def test_the_same_seed_gives_the_same_company(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_company(7, tmp_path / name, SMALL)
    one, two = (
        sorted(path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*")) for name in ("one", "two")
    )
    assert one == two
    for entity in ENTITIES.values():
        landed = [read_entity([tmp_path / name / "inbox"], entity.domain, entity.name) for name in ("one", "two")]
        assert str(landed[0]) == str(landed[1])  # as text, since NaN equals nothing


@pytest.mark.parametrize("month", range(1, 13))
def test_every_fiscal_start_and_zone_computes(month: int, tmp_path: Path) -> None:
    options = replace(SMALL, fiscal_start_month=month, zone=ZONES[month % len(ZONES)], drop=())
    inboxes = write_company(100 + month, tmp_path, options)
    tables = computed_tables(tmp_path, inboxes, read_settings(tmp_path / "settings.env"))
    assert {row["quarter_start_date"].month % 3 for row in tables["fct_account_tiers"]} == {month % 3}
    for row in tables["counts"]:
        assert row["landed"] == sum(row[column] for column in COUNTS[1:])
        assert row["valid"] > 0, f"no valid {row['entity']}"
    for row in tables["fct_satisfaction_quarterly"]:
        assert row["top2box_low"] - 1e-12 <= row["top2box_rate"] <= row["top2box_high"] + 1e-12


def test_before_the_first_event_there_is_nothing_to_say(tmp_path: Path) -> None:
    inboxes = write_company(3, tmp_path, replace(SMALL, before_everything=True))
    tables = computed_tables(tmp_path, inboxes, read_settings(tmp_path / "settings.env"))
    assert {row["exclusion_reason"] for row in tables["fct_survey_responses"]} == {"after_as_of"}
    assert [name for name in TABLES if tables[name]] == ["fct_survey_responses", "fct_survey_answers"]
    assert tables["periods"] == []


def test_files_over_several_runs_land_the_same_rows(tmp_path: Path) -> None:
    inboxes = write_company(11, tmp_path, replace(SMALL, runs=3, drop=()))
    assert [inbox.name for inbox in inboxes] == ["inbox", "inbox-2", "inbox-3"]
    settings = read_settings(tmp_path / "settings.env")
    official, now = computed_tables(tmp_path, inboxes, settings), computed_tables(tmp_path, inboxes, settings, now=True)
    assert official["counts"] == now["counts"]
    first = compute(
        tmp_path,
        date.fromisoformat(settings["SCOREBOARD_AS_OF"]),
        settings["SCOREBOARD_TIMEZONE"],
        int(settings["SCOREBOARD_FISCAL_START_MONTH"]),
        settings["SCOREBOARD_CURRENCY"],
        inboxes[:1],
    )
    closed = {row["period"] for row in first["periods"] if row["is_closed"]}
    assert closed, "a company whose first run closes nothing shows nothing"
    for table, column in (("fct_account_tiers", "quarter_start_date"), ("rpt_award_eligibility", "award_year")):
        kept, was = ([row for row in tables[table] if row[column] in closed] for tables in (official, first))
        assert kept == was


def test_check_says_whether_a_home_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inboxes = write_company(5, tmp_path, SMALL)
    tables = computed_tables(tmp_path, inboxes, read_settings(tmp_path / "settings.env"))
    folder = tmp_path / "published" / "parquet"
    folder.mkdir(parents=True)
    published(tables, folder)
    monkeypatch.setattr(sys, "argv", ["check", str(tmp_path), "--inbox", str(inboxes[0])])
    assert check() == 0
    tables["fct_account_tiers"][0]["revenue_t4q"] += 1
    published(tables, folder)
    assert check() == 1
    assert "fct_account_tiers.revenue_t4q: 1 cells differ" in capsys.readouterr().out

"""The random companies: the same for a seed, whole in every zone and fiscal start, and telling wrong readings of the contract from right."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from tests.oracle import company
from tests.oracle.calendar import FIRST_EVENTS
from tests.oracle.check import computed_tables, official_and_now, read_settings
from tests.oracle.check import main as check
from tests.oracle.company import compute, figures
from tests.oracle.compare import COUNTS, TABLES
from tests.oracle.judging import Judged, judge
from tests.oracle.random_company import write_company
from tests.oracle.random_world import ZONES, Options
from tests.oracle.reading import Row, read_entity
from tests.oracle.rules import Rules
from tests.oracle.schema import ENTITIES
from tests.oracle.steps import Noticed, Steps
from tests.oracle.writing import published
from tests.oracle.wrong_readings import JUDGING, WRONG_READINGS, WrongReading, wrong_oracle

pytestmark = pytest.mark.long

# Companies are tried in this order until one notices: small ones first, then larger ones. Each opens with another entity.
_FEW_RESPONSES = (1, 0, 2, 3, 7, 12, 6, 15, 25, 4, 5, 8, 9, 10, 11, 13, 14, 16, 17, 18, 19)
_MANY_RESPONSES = (0, 1, 2, 3, 20, 19, 9, 4, 5, 6, 7, 8, *range(10, 19), *range(21, 28))
COMPANIES = (*((seed, 40) for seed in _FEW_RESPONSES), *((seed, 130) for seed in _MANY_RESPONSES))
_WITH_A_BIG_GROUP = (25, 40)
# Which company notices what the first two do not: where to look first, and no more than that.
_SOONEST = {
    2: "fiscal years start in January|settled a day early|wave labels of reporting quarters|award years are fiscal|pipeline of all kinds|"
    "perception of incomplete responses|expectation of counted responses only",
    3: "a rate for the reporting currency|responses do not open the calendar|closed without date is pipeline|active ignores churned_on|"
    "perception after as-of",
    7: "weight 0 accepted|activities do not open the calendar|key at exactly 80 %|pipeline strictly above|closing on the day is open|"
    "churned without date is a customer|opportunities in amounts as given",
    12: "tickets do not open the calendar|ties by alphabet|customers on the day they churn|award rule of as-of",
    6: "usage does not open the calendar|superseded across surveys|ties by UTF-16|a side of weight 0 counts where it is alone",
    15: "unknown usage at a cut-off of 0 is high",
    25: "t stays at 120 degrees|revenue does not open the calendar|quarters elapsed only when over",
    0: "digits are not counted|rules start a day late|the first rule for ever|targets start a day late|"
    "invitations do not open the calendar|incomplete before internal_domain|responses without a score supersede|award rule of the year|"
    "hysteresis one step deep|negative revenue in the total|money as doubles|null is_closed is closed|prospects are customers|"
    "the running quarter of another row|whole responses to come|own years do not count",
}
SOONEST = {what: (seed, 40) for seed, readings in _SOONEST.items() for what in readings.split("|")}
SMALL = Options(responses=30, big_group=False, workbooks=False)
# nothing that is asked about files alone hangs on what fills most of them
FEW_ROWS = replace(SMALL, drop=("activities", "usage", "assessments", "tickets", "training"))


@dataclass
class Case:
    """One written company and what it should give; `landed` are its rows as read, `steps` what the figures are made of."""

    home: Path
    currency: str
    calendar_settings: tuple[date, str, int]
    rules: Rules
    landed: dict[str, list[Row]]
    judged: Judged
    steps: Steps


class Cases:
    """The companies, each written and computed when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[tuple[int, int], Case] = {}

    def of(self, reading: WrongReading) -> Iterator[Case]:
        """All of them, the one that notices soonest first."""
        first = SOONEST.get(reading.what, COMPANIES[0])
        for which in dict.fromkeys((first, *COMPANIES)):
            if which not in self._made:
                self._made[which] = self._make(*which)
            yield self._made[which]

    def _make(self, seed: int, responses: int) -> Case:
        home = self.folder / f"{seed}-{responses}"
        options = Options(
            first_event=sorted(FIRST_EVENTS)[seed % len(FIRST_EVENTS)],
            responses=responses,
            workbooks=(seed, responses) == COMPANIES[0],
        )
        if responses < Options().responses:
            options = replace(options, big_group=(seed, responses) == _WITH_A_BIG_GROUP)
        inboxes = write_company(seed, home, options)
        settings = read_settings(home / "settings.env")
        currency, steps = settings["SCOREBOARD_CURRENCY"], Steps()
        names = ("SCOREBOARD_AS_OF", "SCOREBOARD_TIMEZONE", "SCOREBOARD_FISCAL_START_MONTH")
        as_of, zone, start = (settings[name] for name in names)
        calendar_settings = (date.fromisoformat(as_of), zone, int(start))
        rules = Rules(home / "seeds", currency)
        landed = {entity.name: read_entity(inboxes, entity.domain, entity.name) for entity in ENTITIES.values()}
        with reading_again(judge, landed):
            judged = judge(inboxes, rules)
        with steps.kept(company):
            figures(judged, rules, *calendar_settings)
        return Case(home, currency, calendar_settings, rules, landed, judged, steps)


@contextmanager
def reading_again(judge: Callable[..., object], landed: dict[str, list[Row]]) -> Iterator[None]:
    """Within, `judge` is given rows that were read before, unless its way of reading files is another."""
    names = judge.__globals__
    own = names["read_entity"]
    if own is read_entity:
        names["read_entity"] = lambda inboxes, domain, name: landed[name]
    try:
        yield
    finally:
        names["read_entity"] = own


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """The companies, their folder on the path for the changed oracles."""
    folder = tmp_path_factory.mktemp("companies")
    sys.path.insert(0, str(folder))
    yield Cases(folder)
    sys.path.remove(str(folder))


def is_noticed(module: ModuleType, case: Case, *, judging: bool) -> bool:
    """Whether the wrong oracle's tables differ from the right ones: those of judging, then the others one by one."""
    rules, judged = case.rules, case.judged
    if judging:
        rules = module.Rules(case.home / "seeds", case.currency)
        with reading_again(module.judge, case.landed):
            judged = module.judge([case.home / "inbox"], rules)
        if Counter(judged.quarantine) != Counter(case.judged.quarantine) or judged.counts != case.judged.counts:
            return True
        if vars(judged) == vars(case.judged):
            judged = case.judged
    try:
        with case.steps.used(module):
            module.figures(judged, rules, *case.calendar_settings)
    except Noticed:
        return True
    return False


@pytest.mark.parametrize("reading", WRONG_READINGS, ids=lambda reading: reading.what)
def test_a_wrong_reading_is_noticed(reading: WrongReading, cases: Cases) -> None:
    module = wrong_oracle(reading, cases.folder, f"wrong_{WRONG_READINGS.index(reading)}")
    if not any(is_noticed(module, case, judging=reading.module in JUDGING) for case in cases.of(reading)):
        pytest.fail(f"none of the companies {COMPANIES} tells it from the right reading")


def test_the_same_seed_gives_the_same_company(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_company(7, tmp_path / name, replace(SMALL, workbooks=True))
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
    inboxes = write_company(11, tmp_path, replace(FEW_ROWS, runs=3))
    assert [inbox.name for inbox in inboxes] == ["inbox", "inbox-2", "inbox-3"]
    settings = read_settings(tmp_path / "settings.env")
    official, now = official_and_now(tmp_path, inboxes, settings)
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
    inboxes = write_company(5, tmp_path, FEW_ROWS)
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

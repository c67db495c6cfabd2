"""Random histories of late, corrected and deleted answers, and a plain model that keeps every published version whole.

A history is a list of runs. Each has an as-of day (sometimes a look back), settings (sometimes others), what its computation
gives from the answers known by then, and what happened before it: a restatement, a rollback, a death between publishing and
freezing. Two tables: one by quarter, one by award year; the second, and one column of the first, may come with a later run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scoreboard.quarter import Quarter

QUARTERLY, YEARLY = "fct_account_tiers", "rpt_award_eligibility"
KEYS = {QUARTERLY: ("account_id",), YEARLY: ("project_id", "category")}
COLUMNS = {QUARTERLY: ("revenue_t4q", "account_tier", "revenue_share"), YEARLY: ("mean_score", "status")}
NUMBERS = {"revenue_t4q", "revenue_share", "mean_score"}
YOUNG_COLUMN = "revenue_share"
HOME, ELSEWHERE = {"currency": "USD"}, {"currency": "EUR"}
YEARS_OF_ONE = 5  # every history has years of its own, so that many can lie in one warehouse

Period = date | int
Key = tuple[str, ...]
Rows = dict[Key, dict[str, Any]]
Tables = dict[tuple[str, Period], Rows]  # rows of one table and period


@dataclass(frozen=True)
class Run:
    """One run, and what happens right before it."""

    as_of: date
    settings: dict[str, str]
    now: Tables
    columns: dict[str, tuple[str, ...]]  # of the tables there are
    periods: list[Period]
    rolls_back: bool
    restates: int | None  # which of the closed periods, by place
    dies_before_freezing: bool

    def closed(self) -> list[Period]:
        return [period for period in self.periods if has_settled(period, self.as_of)]


def has_settled(period: Period, as_of: date) -> bool:
    """Fifteen days after the last day; told anew here, the model shares no code with what it judges."""
    if isinstance(period, int):
        return as_of >= date(period, 12, 31) + timedelta(days=15)
    after = date(period.year + (period.month == 10), (period.month + 2) % 12 + 1, 1)
    return as_of >= after + timedelta(days=14)


def history(seed: int) -> list[Run]:
    """Six to eight runs."""
    chance = random.Random(seed)
    start = date(1000 + seed * YEARS_OF_ONE, chance.choice((1, 4, 7, 10)), 1)
    answers: dict[int, tuple[str, date, int | None]] = {}
    as_of, runs = start + timedelta(days=chance.randint(20, 200)), []
    year_table_from, column_from = chance.choice((0, 0, 0, 2, 3)), chance.choice((0, 0, 1, 3))
    for number in range(chance.randint(6, 8)):
        change(answers, chance, start, as_of)
        seen = as_of - timedelta(days=chance.randint(30, 250)) if number and chance.random() < 0.15 else as_of
        seen = max(seen, start)
        settings = ELSEWHERE if number and chance.random() < 0.12 else HOME
        columns = {QUARTERLY: tuple(c for c in COLUMNS[QUARTERLY] if c != YOUNG_COLUMN or number >= column_from)}
        if number >= year_table_from:
            columns[YEARLY] = COLUMNS[YEARLY]
        periods = calendar(start, seen)
        runs.append(
            Run(
                as_of=seen,
                settings=settings,
                now=computed(answers, periods, seen, settings, columns, chance),
                columns=columns,
                periods=periods,
                rolls_back=number > 1 and chance.random() < 0.15,
                restates=chance.randint(0, 9) if number and chance.random() < 0.35 else None,
                dies_before_freezing=chance.random() < 0.15,
            )
        )
        as_of += timedelta(days=chance.choice((0, 1, 14, 40, 100, 160)))
    return runs


def change(answers: dict[int, tuple[str, date, int | None]], chance: random.Random, start: date, as_of: date) -> None:
    """Answers arrive, late ones too; some are corrected, some emptied, some deleted."""
    span = (as_of - start).days + 30
    for _ in range(chance.randint(3, 8)):
        answers[len(answers) + chance.randrange(10**9)] = (
            chance.choice("ABC"),
            start + timedelta(days=chance.randrange(span)),
            chance.randint(1, 5),
        )
    for which in chance.sample(sorted(answers), k=min(len(answers), chance.randint(0, 3))):
        account, day, score = answers[which]
        fate = chance.random()
        if fate < 0.4:
            answers[which] = (account, day, chance.randint(1, 5))
        elif fate < 0.5:
            answers[which] = (account, day, None)
        elif fate < 0.6:
            answers[which] = (chance.choice("ABC"), day, score)
        else:
            del answers[which]


def calendar(start: date, as_of: date) -> list[Period]:
    quarters, quarter = [], Quarter.containing(start)
    while quarter.start <= as_of:
        quarters.append(quarter.start)
        quarter = quarter.next
    return [*quarters, *range(start.year, as_of.year + 1)]


def computed(
    answers: dict[int, tuple[str, date, int | None]],
    periods: list[Period],
    as_of: date,
    settings: dict[str, str],
    columns: dict[str, tuple[str, ...]],
    chance: random.Random,
) -> Tables:
    """What a run computes from all it knows: means by account, with dust now and then that is or is not a difference."""
    scale = 1.0 if settings == HOME else 0.5
    dust = chance.choice((0.0, 0.0, 0.0, 4e-10, 5e-9))
    found: Tables = {(table, p): {} for table in columns for p in periods if isinstance(p, int) == (table == YEARLY)}
    by_group: dict[tuple[str, Period, Key], list[int | None]] = {}
    for account, day, score in answers.values():
        if day <= as_of:
            by_group.setdefault((QUARTERLY, Quarter.containing(day).start, (account,)), []).append(score)
            if YEARLY in columns:
                by_group.setdefault((YEARLY, day.year, (account, "overall")), []).append(score)
    for (table, period, key), scores in by_group.items():
        told = [score for score in scores if score is not None]
        mean = scale * sum(told) / len(told) + dust if told else None
        word = "unknown" if mean is None else "high" if mean >= 3 * scale else "low"
        row = {"revenue_t4q": mean, "account_tier": word, "mean_score": mean, "status": word}
        row[YOUNG_COLUMN] = float(len(scores)) if YOUNG_COLUMN in columns[QUARTERLY] else None
        found[table, period][key] = {column: row[column] for column in COLUMNS[table]}
    return found


# --- the model ---


@dataclass
class Moment:
    """Rows that became official at one moment, with the version they came from."""

    version: int
    as_of: date
    settings: dict[str, str]
    rows: Tables
    columns: dict[str, tuple[str, ...]]
    is_restatement: bool
    is_withdrawn: bool = False


@dataclass
class Version:
    """All that one run published."""

    number: int
    run: Run
    official: Tables
    previous: Version | None


@dataclass
class Model:
    """Everything ever published, kept whole; each question is answered by going through all of it."""

    moments: list[Moment] = field(default_factory=list)
    live: Version | None = None
    published: int = 0

    def held(self, table: str, period: Period, settings: dict[str, str], as_of: date | None = None) -> list[Moment]:
        """The moments that count for a period, in the order in which they came; all of them without an as-of."""
        return [
            moment
            for moment in self.moments
            if not moment.is_withdrawn
            and moment.settings == settings
            and (table, period) in moment.rows
            and (as_of is None or (moment.as_of <= as_of and has_settled(period, as_of)))
        ]

    def freeze(self) -> Tables:
        """Keep what the live version closed first; gives the new rows."""
        live = self.live
        if live is None:
            return {}
        new = {
            (table, period): rows
            for (table, period), rows in live.official.items()
            if period in live.run.closed() and not self.held(table, period, live.run.settings)
        }
        if new:
            self.moments.append(
                Moment(live.number, live.run.as_of, live.run.settings, new, dict(live.run.columns), False)
            )
        return new

    def may_restate(self, run: Run, place: int) -> list[Period]:
        """The closed period at a place of the live version's list, with the award year that ends in it; none if that must not be."""
        live = self.live
        if live is None or live.run.settings != run.settings or not live.run.closed():
            return []
        closed = live.run.closed()
        period = closed[place % len(closed)]
        latest = [
            m.as_of
            for m in self.moments
            if not m.is_withdrawn and m.settings == run.settings and period in {p for _, p in m.rows}
        ]
        if latest and max(latest) > live.run.as_of:
            return []
        ended = isinstance(period, date) and period.month == 10 and period.year in closed
        periods: list[Period] = [period, period.year] if ended and isinstance(period, date) else [period]
        differs = any(rows != live.official[pair] for pair, rows in live.run.now.items() if pair[1] in periods)
        return periods if differs else []

    def restate(self, periods: list[Period]) -> Tables:
        assert self.live is not None
        run = self.live.run
        rows = {(table, period): found for (table, period), found in run.now.items() if period in periods}
        self.moments.append(Moment(self.live.number, run.as_of, run.settings, rows, dict(run.columns), True))
        return rows

    def roll_back(self) -> None:
        assert self.live is not None and self.live.previous is not None
        for moment in self.moments:
            if moment.version == self.live.number and not moment.is_restatement:
                moment.is_withdrawn = True
        self.live = self.live.previous

    def official(self, run: Run) -> Tables:
        """What schema marts must show in this run."""
        found = dict(run.now)
        for table in run.columns:
            for period in {p for m in self.moments for t, p in m.rows if t == table}:
                held = self.held(table, period, run.settings, run.as_of)
                if held:
                    found[table, period] = held[-1].rows[table, period]
        return found

    def publish(self, run: Run) -> None:
        self.published += 1
        self.live = Version(self.published, run, self.official(run), self.live)

    def restatements(self, run: Run) -> dict[tuple[str, Period, Key, str], tuple[Any, ...]]:
        """(table, period, key, column) -> (first, official, now, status) of every figure that rpt_restatements must list."""
        lines: dict[tuple[str, Period, Key, str], tuple[Any, ...]] = {}
        for table in run.columns:
            for period in {p for m in self.moments for t, p in m.rows if t == table}:
                held = self.held(table, period, run.settings, run.as_of)
                if not held:
                    continue
                readings = [held[0].rows[table, period], held[-1].rows[table, period], run.now.get((table, period), {})]
                known = [held[0].columns[table], held[-1].columns[table], COLUMNS[table]]
                for key in {key for rows in readings for key in rows}:
                    there = ["there" if key in rows else None for rows in readings]
                    self._compare(lines, (table, period, key, "*"), there, [True] * 3)
                    for column in COLUMNS[table]:
                        cells = [rows[key][column] if key in rows else None for rows in readings]
                        told = [key in rows and column in names for rows, names in zip(readings, known, strict=True)]
                        self._compare(lines, (table, period, key, column), cells, told)
        return lines

    @staticmethod
    def _compare(
        lines: dict[tuple[str, Period, Key, str], tuple[Any, ...]],
        place: tuple[str, Period, Key, str],
        cells: list[Any],
        told: list[bool],
    ) -> None:
        first, official, now = cells
        moved = told[0] and told[2] and not same(first, now)
        waits = told[1] and told[2] and not same(official, now)
        if moved or waits:
            lines[place] = (first, official, now, "pending" if waits else "restated")


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return bool(one == other)

"""Closing and restating: closed periods keep the figures they were published with, until somebody says why they must not.

What is kept, and which of it is official, is in `ledger` and `official`; this module takes the rows from the live version.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from scoreboard.errors import ScoreboardError
from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse import ledger, official, versions
from scoreboard.warehouse.official import Event, Period
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers, literal
from scoreboard.warehouse.reader import Published, open_published
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA, SCHEMA_NOW, TABLES


class CloseError(ScoreboardError):
    """The quarter cannot be closed now; nothing was written."""


class RestateError(ScoreboardError):
    """The period cannot be restated; what is official stays official."""


def heal(settings: Settings, run_id: str) -> None:
    """Freeze what the live version closed, should the run that published it have died before it could."""
    if versions.current(settings) is None:
        return
    with versions.lock(settings):
        freeze_live(settings, run_id)


def freeze_live(settings: Settings, run_id: str) -> dict[str, Any] | None:
    """Keep the live version's official rows of all periods closed in it that no event holds yet; None if there are none.

    Harmless to repeat. Only under the lock of `versions`. Raises CloseError.
    """
    # from its record alone: mostly nothing is due, and no table needs to be opened
    record = versions.require_current(settings)
    held = versions.tables_of(record)[SCHEMA]
    tables = {table: column for table, column in OFFICIAL.items() if table in held}
    taken_from = _taken_from(record)
    periods = official.due(ledger.events(settings), taken_from["settings"], _closed_in(record), tables)
    if not periods:
        return None
    with open_published(settings) as published:
        try:
            return ledger.append(
                settings,
                kind="published",
                label=published.version,
                taken_from=taken_from,
                periods=periods,
                columns={table: published.columns(table) for table in periods},
                about={
                    "at": published.record["published_at"],
                    "frozen_at": utc_now().isoformat(),
                    "run_id": run_id,
                },
                write_rows=_writer(published, SCHEMA),
            )
        except (OSError, duckdb.Error) as error:
            raise CloseError(
                f"the closed quarters of {published.version} could not be frozen: {error}."
                " Readers see that version, complete; the next build tries again before it changes anything"
            ) from error


def close_quarter(settings: Settings, quarter: Quarter, run_id: str) -> dict[str, Any]:
    """Make sure the quarter is in the ledger and return the record of the event that published it first.

    Raises CloseError while the quarter is still settling, by the settings or by the published version.
    """
    with versions.lock(settings):
        freeze_live_if_any(settings, run_id)
        done = _first_event(settings, quarter.start)
        if done is None:
            _require_settled(quarter, settings.as_of, "this run")
            with open_published(settings) as published:
                _require_known(published, quarter)
            raise CloseError(f"quarter {quarter} has no official table in the published version; publish again")
        return ledger.record_of(settings, done.sequence)


def freeze_live_if_any(settings: Settings, run_id: str) -> None:
    """As `freeze_live`; nothing to do before the first publish."""
    if versions.current(settings) is not None:
        freeze_live(settings, run_id)


def parse_period(text: str, fiscal_start_month: int) -> Quarter | int:
    """What `2026-Q1` or `2025` (an award year) names; raises RestateError for anything else."""
    if text.isdecimal() and len(text) == 4:
        return int(text)
    try:
        return Quarter.parse(text, fiscal_start_month)
    except ValueError as error:
        raise RestateError(f"{error}, nor an award year such as 2025; nothing was restated") from error


def restate(settings: Settings, what: Quarter | int, reason: str, approved_by: str, run_id: str) -> dict[str, Any]:
    """Make what the live version knows now the official figures of a closed quarter, or of an award year; returns the event's record.

    A quarter takes along the award year whose 31 December lies in it, once that is closed. Readers see it from the next
    build on. Repeated by the same run it is one event. Raises RestateError, with nothing changed.
    """
    if not reason.strip() or not approved_by.strip():
        raise RestateError(
            f"{what} was not restated: say why it must change (reason) and who agreed to it (approved_by)"
        )
    with versions.lock(settings):
        freeze_live_if_any(settings, run_id)
        with open_published(settings) as published:
            periods = _restatable(settings, published, what)
            for event in ledger.events(settings):
                if event.kind == "restated" and event.run_id == run_id and periods[0] in _periods_of(event):
                    return ledger.record_of(settings, event.sequence)
            tables = _tables_with(published, periods)
            if not any(_differs(published, table, found) for table, found in tables.items()):
                raise RestateError(
                    f"there is nothing to restate in {what}: its official figures are those that {published.version} knows now"
                )
            now = utc_now().isoformat()
            try:
                return ledger.append(
                    settings,
                    kind="restated",
                    label=f"restated-{what}",
                    taken_from=_taken_from(published.record),
                    periods=tables,
                    columns={table: published.columns(table, SCHEMA_NOW) for table in tables},
                    about={
                        "at": now,
                        "frozen_at": now,
                        "run_id": run_id,
                        "reason": reason.strip(),
                        "approved_by": approved_by.strip(),
                    },
                    write_rows=_writer(published, SCHEMA_NOW),
                )
            except (OSError, duckdb.Error) as error:
                raise RestateError(
                    f"{what} could not be restated: {error}. Its official figures stay; run again"
                ) from error


def _restatable(settings: Settings, published: Published, what: Quarter | int) -> list[Period]:
    """The periods that go with `what`; raises RestateError unless all of them are closed, known and not seen from the past."""
    taken_from = _taken_from(published.record)
    if taken_from["settings"] != versions.comparable_settings(settings):
        raise RestateError(
            f"{published.version} was published with other settings ({taken_from['settings']}); publish with these first"
        )
    closed = _closed_in(published.record)
    year = what if isinstance(what, int) else official.award_year_of(what)
    periods: list[Period] = [] if isinstance(what, int) else [what.start]
    if year is not None and (isinstance(what, int) or year in closed):
        periods.append(year)
    if periods[0] not in closed:
        raise RestateError(
            f"{what} is no closed period of {published.version} (as of {published.record['as_of']}):"
            " its figures still follow the data and need no restatement"
        )
    latest = max(
        (event.as_of for event in _events_under(settings, taken_from) if periods[0] in _periods_of(event)), default=None
    )
    as_of = date.fromisoformat(published.record["as_of"])
    if latest is not None and as_of < latest:
        raise RestateError(
            f"{published.version} looks back to {as_of}, but {what} was published as of {latest};"
            " publish as of that day or later, then restate"
        )
    return periods


def _events_under(settings: Settings, taken_from: dict[str, Any]) -> list[Event]:
    return [event for event in ledger.events(settings) if event.settings == taken_from["settings"]]


def _periods_of(event: Event) -> set[Period]:
    return {period for periods in event.periods.values() for period in periods}


def _tables_with(published: Published, periods: list[Period]) -> dict[str, list[Period]]:
    found = {
        table: [period for period in periods if official.period_column(period) == column]
        for table, column in OFFICIAL.items()
        if published.has(table, SCHEMA_NOW)
    }
    return {table: wanted for table, wanted in found.items() if wanted}


def _differs(published: Published, table: str, periods: list[Period]) -> bool:
    """Whether the official rows of these periods are others than those known now."""
    statement = fill(
        "select count(*) as rows from ("
        "(select {columns} from {official} where {chosen} except all select {columns} from {now} where {chosen})"
        " union all "
        "(select {columns} from {now} where {chosen} except all select {columns} from {official} where {chosen}))",
        columns=identifiers(published.columns(table, SCHEMA_NOW)),
        official=identifier(SCHEMA, table),
        now=identifier(SCHEMA_NOW, table),
        chosen=rows_of(periods),
    )
    return bool(published.rows(statement)[0]["rows"])


def rows_of(periods: Collection[Period]) -> Quoted:
    """The condition that picks the rows of these periods, all of one kind."""
    values = [period if isinstance(period, int) else period.isoformat() for period in periods]
    return Quoted(
        fill(
            "{column} in ({values})",
            column=identifier(official.period_column(next(iter(periods)))),
            values=Quoted(", ".join(literal(value) for value in values)),
        )
    )


def _writer(published: Published, schema: str) -> ledger.WriteRows:
    published.connection.execute("set threads = 1")  # the same rows give the same bytes

    def write(table: str, periods: Collection[Period], path: Path) -> None:
        columns = published.columns(table, schema)
        grain = TABLES[table].grain
        published.connection.execute(
            fill(
                "copy (select * from {table} where {chosen} order by {order}) to {path} (format parquet, compression zstd)",
                table=identifier(schema, table),
                chosen=rows_of(periods),
                order=identifiers(grain if set(grain) <= set(columns) else columns, " asc nulls first"),
                path=literal(path),
            )
        )

    return write


def _taken_from(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": record["version"],
        "as_of": record["as_of"],
        "settings": {name: record["settings"][name] for name in versions.COMPARABLE},
    }


def _closed_in(record: dict[str, Any]) -> set[Period]:
    """The periods closed in a version, as it was published; versions of before closing was known have none."""
    closed = record.get("closed", {"quarter_start_dates": [], "award_years": []})
    quarters: list[Period] = [date.fromisoformat(text) for text in closed["quarter_start_dates"]]
    return {*quarters, *closed["award_years"]}


def _first_event(settings: Settings, period: Period) -> Event | None:
    under = versions.comparable_settings(settings)
    held = [event for event in ledger.events(settings) if event.settings == under and period in _periods_of(event)]
    return held[0] if held else None


def _require_settled(quarter: Quarter, as_of: date, whose: str) -> None:
    if not quarter.is_closed(as_of):
        raise CloseError(
            f"quarter {quarter} ends on {quarter.end} and settles for {SETTLE_DAYS} days;"
            f" {whose} is as of {as_of}, too early to close it"
        )


def _require_known(published: Published, quarter: Quarter) -> None:
    record = published.record
    _require_settled(quarter, date.fromisoformat(record["as_of"]), f"the published version {published.version}")
    if record["settings"]["fiscal_start_month"] != quarter.fiscal_start_month:
        raise CloseError(
            f"{published.version} was published with fiscal years starting in month {record['settings']['fiscal_start_month']},"
            f" quarter {quarter} is of years starting in month {quarter.fiscal_start_month}; publish with these settings first"
        )
    known = published.rows(
        "select count(*) filter (where quarter_start_date = ?) as hits,"
        " min(quarter_start_date) as first, max(quarter_start_date) as last from marts.dim_quarters",
        [quarter.start],
    )[0]
    if not known["hits"]:
        raise CloseError(
            f"{published.version} has no quarter {quarter}: its quarters start between {known['first']} and {known['last']}"
        )

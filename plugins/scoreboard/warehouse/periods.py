"""Closing a quarter: its published figures are put away as they are, once (DESIGN decision 9).

published/closed/<label>.json              the record: which version, when, hashes, rows per table; its presence closes the quarter
published/closed/<label>/<table>.parquet   the quarter's official rows as published then
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from scoreboard import atomic
from scoreboard.errors import ScoreboardError
from scoreboard.quarter import SETTLE_DAYS, Quarter
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse import versions
from scoreboard.warehouse.quoting import fill, identifier, identifiers, literal
from scoreboard.warehouse.reader import Published, open_published
from scoreboard.warehouse.tables import SCHEMA, TABLES

_READ_ONLY = 0o444


class CloseError(ScoreboardError):
    """The quarter cannot be closed now; nothing was written."""


def close_quarter(settings: Settings, quarter: Quarter, run_id: str) -> dict[str, Any]:
    """Freeze the quarter's rows of the live version and return the record; a closed quarter's record comes back unchanged.

    Tables with `quarter_start_date` give that quarter's rows, tables with `award_year` the year whose 31 December lies in
    the quarter. Raises CloseError while the quarter is still settling, by the settings or by the published version.
    """
    folder = settings.published / "closed" / quarter.label
    path = folder.with_name(f"{quarter.label}.json")
    with versions.lock(settings):
        done = _closed_before(path)
        if done:
            return done
        _require_settled(quarter, settings.as_of, "this run")
        return _close(settings, quarter, run_id, folder, path)


def _close(settings: Settings, quarter: Quarter, run_id: str, folder: Path, path: Path) -> dict[str, Any]:
    """Put the rows away, then write the record."""
    with open_published(settings) as published:
        _require_known(published, quarter)
        try:
            tables = _freeze(published, quarter, folder)
            record = {
                "format": 1,
                "quarter": quarter.label,
                "quarter_start_date": quarter.start.isoformat(),
                "version": published.version,
                "as_of": published.record["as_of"],
                "run_id": run_id,
                "closed_at": utc_now().isoformat(),
                "published_tables": {table: about["sha256"] for table, about in published.record["tables"].items()},
                "tables": tables,
            }
            atomic.write_json(path, record)
        except (OSError, duckdb.Error) as error:
            raise CloseError(
                f"quarter {quarter} could not be closed: {error}. It is still open, published figures are untouched; run again"
            ) from error
        return record


def _closed_before(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise CloseError(
            f"{path} cannot be read ({error}); restore it from a backup, the frozen rows beside it are untouched"
        ) from error


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


def _freeze(published: Published, quarter: Quarter, folder: Path) -> dict[str, Any]:
    """Write the quarter's rows of every official table; returns table -> rows and sha256."""
    aside = folder.with_name(f".closing-{folder.name}")
    for left_over in (aside, folder):  # of a try that did not come to its record
        shutil.rmtree(left_over, ignore_errors=True)
    aside.mkdir(parents=True)
    published.connection.execute("set threads = 1")
    tables = {}
    for table in published.record["tables"]:
        selection = _selection(published.columns(table), quarter)
        if selection is None:
            continue
        column, value = selection
        path = aside / f"{table}.parquet"
        columns = published.columns(table)
        grain = TABLES[table].grain if table in TABLES else ()
        published.connection.execute(
            fill(
                "copy (select * from {table} where {column} = {value} order by {order}) to {path} (format parquet, compression zstd)",
                table=identifier(SCHEMA, table),
                column=identifier(column),
                value=value,
                order=identifiers(grain if grain and set(grain) <= set(columns) else columns, " asc nulls first"),
                path=literal(path),
            )
        )
        path.chmod(_READ_ONLY)
        atomic.sync_file(path)
        rows = published.rows(fill("select count(*) as rows from read_parquet({path})", path=literal(path)))[0]["rows"]
        tables[table] = {"rows": rows, "sha256": atomic.sha256_of(path)}
    atomic.sync_folder(aside)
    aside.rename(folder)
    atomic.sync_folder(folder.parent)
    return tables


def _selection(columns: list[str], quarter: Quarter) -> tuple[str, Any] | None:
    """The column and value that pick a table's rows of this quarter; None for tables that are not official."""
    if "quarter_start_date" in columns:
        return "quarter_start_date", literal(quarter.start.isoformat())
    # the year is closed together with the quarter that holds its last day, whatever the fiscal calendar
    year = quarter.end.year if quarter.end.month == 12 else quarter.start.year
    if "award_year" in columns and quarter.start <= date(year, 12, 31) <= quarter.end:
        return "award_year", literal(year)
    return None

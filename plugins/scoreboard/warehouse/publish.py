"""Publishing: the audited build becomes a new version that readers switch to in one instant; and the way back (DESIGN decision 5).

Right after the switch the periods closed in the new version are frozen; a way back takes that back too. Nothing here touches a file readers have open: BI keeps what it opened, and sees the new version when it opens again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from scoreboard import atomic
from scoreboard.settings import Settings, utc_now
from scoreboard.warehouse import ledger, periods, versions
from scoreboard.warehouse.quoting import fill, identifier, identifiers, literal
from scoreboard.warehouse.tables import OFFICIAL, SCHEMA, SCHEMA_NOW, TABLES
from scoreboard.warehouse.versions import PublishError, comparable_settings, current, parquet_name

__all__ = ["PublishError", "comparable_settings", "current", "publish", "rollback"]

_READ_ONLY = (
    0o444  # a BI tool that opens the file for writing by habit is refused, instead of changing what was published
)

_ABOUT_THE_BUILD = (("run", "run_id"), ("closed_events", "name"))


@dataclass(frozen=True)
class Described:
    """What the build says of one table, and of its columns in their order."""

    comment: str | None
    columns: dict[str, str | None]


def publish(settings: Settings, run_id: str) -> dict[str, Any]:
    """Publish `marts` of build/warehouse.duckdb as a new version and return its record, with `pruned` and `repeated`.

    A repeated call of the same run on the same content (a retried task) makes no second version. Raises PublishError:
    readers then see what they saw before, unless the message says that the switch had already happened. Raises CloseError
    if the version is live but its closed periods could not be frozen; a retry, or the next build, makes that good.
    """
    with versions.lock(settings):
        versions.versions_folder(settings).mkdir(parents=True, exist_ok=True)
        version = versions.next_name(settings, run_id)
        aside = versions.versions_folder(settings) / f"{versions.BUILDING}{version}"
        try:
            versions.sweep(settings)
            before = current(settings)
            periods.freeze_live_if_any(settings, run_id)
            manifest = _build_version(settings, run_id, version, aside, before)
            if before and _same(manifest, before):
                return {**before, "pruned": [], "repeated": True}
            _require_own_build(settings, run_id)
            folder = versions.folder_of(settings, version)
            os.rename(aside, folder)  # noqa: PTH104 - os.* is one place to cut in the crash tests
            atomic.sync_folder(folder.parent)
            record = {**manifest, "folder": f"versions/{version}", "published_at": utc_now().isoformat()}
            versions.switch(settings, version, record)
        except (OSError, duckdb.Error) as error:
            failure = _failed(settings, version, error)
            _discard_unless_live(settings, version)
            raise failure from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        periods.freeze_live(settings, run_id)
        return {**record, **_prune(settings), "repeated": False}


def rollback(settings: Settings) -> dict[str, Any]:
    """Make the version live that was live before this one was published, after checking its hashes; returns its record.

    What this one had frozen of closed periods is withdrawn with it: nobody shall be held to retracted figures.
    Raises PublishError, with the live version untouched, if there is none before or its files are not what was published.
    """
    with versions.lock(settings):
        live = versions.require_current(settings)
        earlier = live["previous"]
        if earlier is None or earlier not in versions.names(settings):
            kept = "it is the first one" if earlier is None else f"{earlier} is not kept any more"
            raise PublishError(f"there is no version before {live['version']} to go back to ({kept}); it stays live")
        damage = versions.damage(settings, earlier)
        if damage:
            raise PublishError(
                f"version {earlier} cannot be restored: {'; '.join(damage)}. {live['version']} stays live;"
                " mend the inputs and run again to publish a new version"
            )
        # before the switch: a crash in between leaves a live version that is not frozen, which the next build makes good
        withdrawn = ledger.withdraw(settings, live["version"])
        record = {
            **versions.manifest_of(settings, earlier),
            "folder": f"versions/{earlier}",
            "published_at": utc_now().isoformat(),
            "rolled_back_from": live["version"],
            "withdrawn_events": withdrawn,
        }
        try:
            versions.switch(settings, earlier, record)
        except OSError as error:
            failure = _failed(settings, earlier, error)
            if versions.require_current(settings)["version"] != earlier:
                ledger.reinstate(settings, withdrawn)
            raise failure from error
        return record


def _build_version(
    settings: Settings, run_id: str, version: str, aside: Path, before: dict[str, Any] | None
) -> dict[str, Any]:
    """Write a whole version into `aside`, synced to the disk, its manifest last; returns the manifest."""
    build = settings.build / "warehouse.duckdb"
    if not build.is_file():
        raise PublishError(f"there is no build to publish: {build} is missing; build_warehouse makes it")
    (aside / "parquet" / SCHEMA_NOW).mkdir(parents=True)
    rows, closed = _export(build, aside)
    paths = {
        (schema, table): aside / "parquet" / parquet_name(schema, table) for schema in rows for table in rows[schema]
    }
    for path in [aside / "warehouse.duckdb", *paths.values()]:
        path.chmod(_READ_ONLY)
        atomic.sync_file(path)
    manifest = {
        "format": 1,
        "version": version,
        "run_id": run_id,
        "as_of": settings.as_of.isoformat(),
        "settings": {
            **comparable_settings(settings),
            "adapters": [list(pair) for pair in settings.adapters],
            "target": settings.target,
        },
        "created_at": utc_now().isoformat(),
        "previous": before["version"] if before else None,
        "closed": closed,
        **{
            name: {
                table: {"rows": count, "sha256": atomic.sha256_of(paths[schema, table])}
                for table, count in rows[schema].items()
            }
            for name, schema in (("tables", SCHEMA), ("tables_now", SCHEMA_NOW))
        },
        "warehouse": {"sha256": atomic.sha256_of(aside / "warehouse.duckdb")},
    }
    atomic.sync_folder(aside / "parquet" / SCHEMA_NOW)
    atomic.sync_folder(aside / "parquet")
    atomic.write_json(aside / "manifest.json", manifest)
    return manifest


def _require_own_build(settings: Settings, run_id: str) -> None:
    """The build must be what this run made and audited, and must know all that was frozen, restated or withdrawn until now."""
    with duckdb.connect() as connection:
        connection.execute(
            fill("attach {build} as build (read_only)", build=literal(settings.build / "warehouse.duckdb"))
        )
        maker, known = (_names_in(connection, table, column) for table, column in _ABOUT_THE_BUILD)
    if maker and maker != [run_id]:
        raise PublishError(
            f"the build is run {maker[0]}'s by now, not the one that run {run_id} audited; nothing was published."
            " Run build_warehouse again"
        )
    if known != sorted(ledger.names(settings)):
        raise PublishError(
            "closed quarters were frozen, restated or taken back since this build began, and it does not show that yet;"
            " nothing was published. Run build_warehouse again"
        )


def _names_in(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    """The values of a column of the build's `landed` schema, sorted; none where it has no such table."""
    try:
        rows = connection.execute(
            fill(
                "select {column} from {table}",
                column=identifier(column),
                table=identifier("build", "landed", table),
            )
        ).fetchall()
    except duckdb.CatalogException:
        return []
    return sorted(row[0] for row in rows)


def _export(build: Path, aside: Path) -> tuple[dict[str, dict[str, int]], dict[str, list[Any]]]:
    """Copy the marts, and the official ones as known now, to a fresh warehouse.duckdb and to Parquet.

    Returns schema -> table -> rows, and the periods that are closed. One thread and rows in grain order: the same rows give
    the same Parquet bytes.
    """
    # spills beside the version, not in whatever folder the process runs in
    options = {"threads": 1, "preserve_insertion_order": True, "temp_directory": str(aside / "spill")}
    with duckdb.connect(config=options) as connection:  # type: ignore[arg-type]
        connection.execute("set timezone = 'UTC'")
        connection.execute(fill("attach {build} as build (read_only)", build=literal(build)))
        connection.execute(fill("attach {target} as target", target=literal(aside / "warehouse.duckdb")))
        about = _described(connection)
        rows: dict[str, dict[str, int]] = {}
        # one transaction: each of the hundreds of descriptions would otherwise wait for the disk
        connection.execute("begin")
        for schema in (SCHEMA, SCHEMA_NOW):
            connection.execute(fill("create schema {schema}", schema=identifier("target", schema)))
            tables = [name for (of, name) in about if of == schema and (schema == SCHEMA or name in OFFICIAL)]
            rows[schema] = {table: _export_table(connection, about, schema, table, aside) for table in tables}
        connection.execute("commit")
        if not rows[SCHEMA]:
            raise PublishError(f"{build} has no table in schema {SCHEMA}; nothing was published")
        closed = _closed(connection, build)
        connection.execute("detach target")  # checkpoints: the file is complete and needs no write-ahead log
    shutil.rmtree(aside / "spill", ignore_errors=True)
    return rows, closed


def _export_table(
    connection: duckdb.DuckDBPyConnection, about: dict[tuple[str, str], Described], schema: str, table: str, aside: Path
) -> int:
    """One table into both forms, described as its mart is; returns its rows."""
    count = _copy(connection, schema, table, list(about[schema, table].columns))
    # hooks copy rows, not descriptions: both readings of a figure mean the same
    if (SCHEMA, table) in about:
        _describe(connection, schema, table, about[SCHEMA, table], about[schema, table].columns)
    connection.execute(
        fill(
            "copy (select * from {source}) to {file} (format parquet, compression zstd)",
            source=identifier("target", schema, table),
            file=literal(aside / "parquet" / parquet_name(schema, table)),
        )
    )
    return count


def _closed(connection: duckdb.DuckDBPyConnection, build: Path) -> dict[str, list[Any]]:
    """The quarters and award years that are closed in the build, as its calendar says."""
    try:
        rows = connection.execute(
            "select quarter_start_date, award_year from build.intermediate.int_periods where is_closed order by 1, 2"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise PublishError(f"{build} does not say which quarters are closed: {error}; nothing was published") from error
    return {
        "quarter_start_dates": [quarter.isoformat() for quarter, _ in rows if quarter is not None],
        "award_years": [year for _, year in rows if year is not None],
    }


def _described(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Described]:
    """(schema, base table) of the build, by name -> its descriptions."""
    found = {
        (schema, table): Described(comment, {})
        for schema, table, comment in connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() where database_name = 'build'"
            " and schema_name in (?, ?) order by 1, 2",
            [SCHEMA, SCHEMA_NOW],
        ).fetchall()
    }
    for schema, table, column, comment in connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns() where database_name = 'build'"
        " order by column_index"
    ).fetchall():
        if (schema, table) in found:
            found[schema, table].columns[column] = comment
    return found


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[str]) -> int:
    """One table into the warehouse file, in the order of its grain; returns its rows."""
    grain = TABLES[table].grain if table in TABLES else ()
    # without a key that is there, only the whole row gives an order that repeats
    order = grain if grain and set(grain) <= set(columns) else columns
    copied = connection.execute(
        fill(
            "create table {target} as select * from {source} order by {order}",
            target=identifier("target", schema, table),
            source=identifier("build", schema, table),
            order=identifiers(order, " asc nulls first"),
        )
    ).fetchone()
    return int(copied[0]) if copied else 0


def _describe(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, told: Described, columns: Iterable[str]
) -> None:
    """Carry the descriptions over, so that a BI tool shows them."""
    target = identifier("target", schema, table)
    statements = []
    if told.comment:
        statements.append(fill("comment on table {target} is {comment}", target=target, comment=literal(told.comment)))
    for column in columns:
        text = told.columns.get(column)
        if text:
            place = identifier("target", schema, table, column)
            statements.append(fill("comment on column {place} is {comment}", place=place, comment=literal(text)))
    connection.execute("; ".join(statements))


def _same(manifest: dict[str, Any], before: dict[str, Any]) -> bool:
    return all(manifest[part] == before.get(part) for part in ("run_id", "as_of", "settings", "tables", "tables_now"))


def _prune(settings: Settings) -> dict[str, Any]:
    """Old versions go after the switch; if one cannot be deleted, the new version is live all the same."""
    try:
        return {"pruned": versions.prune(settings)}
    except OSError as error:
        return {"pruned": [], "prune_failed": f"{error}"}


def _discard_unless_live(settings: Settings, version: str) -> None:
    """A complete version that readers never saw must not take the place of one they might go back to."""
    live = current(settings)
    if live is None or live["version"] != version:
        shutil.rmtree(versions.folder_of(settings, version), ignore_errors=True)


def _failed(settings: Settings, version: str, error: Exception) -> PublishError:
    """Say what readers see now, and what was in the way."""
    live = current(settings)
    if live is None:
        state = "nothing was published before it"
    elif live["version"] == version:
        state = "the switch had happened: readers already see it, complete"
    else:
        state = f"readers still see {live['version']}, untouched"
    free = shutil.disk_usage(settings.published).free / 1e6
    return PublishError(
        f"version {version} could not be made live: {error}. {state}. {free:.0f} MB are free in {settings.published};"
        " mend the cause and run the task again"
    )

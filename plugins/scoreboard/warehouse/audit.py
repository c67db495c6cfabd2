"""The gate between build and publish: everything that must be true of a build before a reader may see it.

Every check runs, every problem is told at once, and one problem is enough to publish nothing. Checks: dbt's own tests,
the tables and columns promised, every landed row accounted for, closed periods as published, and no table that suddenly
lost half its rows.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date, datetime
from typing import Any

import duckdb

from scoreboard import atomic
from scoreboard.entities import ENTITIES
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.validation.store import counted, judged_batches
from scoreboard.warehouse import versions
from scoreboard.warehouse.audit_closed import closed_before, judge_closed
from scoreboard.warehouse.publish import comparable_settings
from scoreboard.warehouse.quoting import fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA, TABLES

# a table with fewer rows may halve for good reasons; one with more does not in one run
SMALLEST_TABLE_WATCHED = 200
LARGEST_SHRINK = 0.5
ACCEPT_FILE = "accept_changes.json"
_FATES = ("valid", "quarantined", "replaced", "deduplicated")
_FAILED_STATES = {"fail", "error", "runtime error", "skipped"}


class AuditFailed(ScoreboardError):
    """The build must not be published; the message lists every reason."""


def audit(settings: Settings, run_id: str) -> dict[str, Any]:
    """Judge build/warehouse.duckdb; returns what was checked and writes it to runs/<run_id>/audit.json (also on failure).

    Raises AuditFailed listing every problem. A shrunken table, or settings that cut closed quarters anew, pass if
    HOME/accept_changes.json ({"reason", "by"}) accepts them; the file then moves into the run's folder, so that it accepts
    one run only.
    """
    problems: list[str] = []
    tests = _judge_tests(settings, run_id, problems)
    with _open_build(settings) as build:
        counts = _judge_tables(build, problems)
        entities = _judge_accounting(settings, run_id, build, problems) if "rpt_data_quality" in counts else []
        closed = judge_closed(build, problems)
    changes = _judge_changes(settings, run_id, counts, problems)
    result = {
        "run_id": run_id,
        "passed": not problems,
        "problems": problems,
        "tests": tests,
        "tables": counts,
        "entities": entities,
        "closed": closed,
        "changes": changes,
    }
    atomic.write_json(settings.runs / run_id / "audit.json", result)
    if problems:
        raise AuditFailed(_sentence(settings, run_id, problems))
    if changes.get("accepted"):
        _consume_acceptance(settings, run_id)
    return result


def _judge_tests(settings: Settings, run_id: str, problems: list[str]) -> dict[str, int] | None:
    """dbt's own verdict, as the build wrote it down. No verdict, or one over nothing, is not a pass."""
    path = settings.runs / run_id / "dbt_results.json"
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        tests = list(results["tests"])
        counts = {name: int(results[name]) for name in ("passed", "failed", "errors")}
    except FileNotFoundError:
        problems.append(f"there is no record of dbt's tests for this run ({path}): the build did not finish")
        return None
    except (ValueError, KeyError, TypeError) as error:
        problems.append(f"the record of dbt's tests cannot be read: {path}: {error!r}")
        return None
    failed = [test for test in tests if str(test.get("status")).lower() in _FAILED_STATES]
    for test in failed:
        problems.append(
            f"dbt test {test['name']}: {test['status']}, {test.get('failures') or 0} rows. {test.get('message') or ''}".rstrip()
        )
    if not failed and counts["failed"] + counts["errors"]:
        problems.append(
            f"dbt counted {counts['failed']} failed tests and {counts['errors']} errors, without naming them"
        )
    if not counts["passed"]:
        problems.append("not one dbt test passed: a build that nothing has judged is not published")
    return counts


def _open_build(settings: Settings) -> duckdb.DuckDBPyConnection:
    path = settings.build / "warehouse.duckdb"
    if not path.is_file():
        raise AuditFailed(
            f"there is no build to audit: {path} is missing. Nothing was published; run build_warehouse again"
        )
    connection = duckdb.connect()
    try:
        connection.execute(fill("attach {path} as build (read_only)", path=literal(path)))
        connection.execute("use build")
    except duckdb.Error as error:
        connection.close()
        raise AuditFailed(f"the build cannot be read: {path}: {error}. Nothing was published") from error
    return connection


def _judge_tables(build: duckdb.DuckDBPyConnection, problems: list[str]) -> dict[str, int]:
    """Every promised table with its promised columns; returns the row count of every table of the marts."""
    found: dict[str, set[str]] = {}
    for table, column in build.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'build' and schema_name = ?"
        " and table_oid in (select table_oid from duckdb_tables() where database_name = 'build')",
        [SCHEMA],
    ).fetchall():
        found.setdefault(table, set()).add(column)
    for table, promised in TABLES.items():
        missing = [column for column in promised.columns if column not in found.get(table, set())]
        if table not in found:
            problems.append(f"table {table} is missing from the build")
        elif missing:
            problems.append(f"table {table} lacks {', '.join(missing)}")
    return {table: _count(build, table) for table in sorted(found)}


def _judge_accounting(
    settings: Settings, run_id: str, build: duckdb.DuckDBPyConnection, problems: list[str]
) -> list[dict[str, Any]]:
    """landed = valid + quarantined + replaced + deduplicated per entity, and landed is what the landing manifests say."""
    cursor = build.execute(
        "select entity, landed, valid, quarantined, replaced, deduplicated from marts.rpt_data_quality"
        " where run_id = ? order by entity",
        [run_id],
    )
    names = [column[0] for column in cursor.description or []]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    landed = _judge_batches(settings, build, problems)
    for name in ENTITIES:
        row, told = rows.get(name), landed.get(name, 0)
        if row is None:
            problems.append(f"{name}: rpt_data_quality has no row for this run, {told} rows are unaccounted for")
            continue
        fates = [row[fate] for fate in _FATES]
        if row["landed"] is None or None in fates:
            problems.append(f"{name}: rpt_data_quality has a null among its counts: {row}")
            continue
        if row["landed"] != sum(fates):
            parts = " + ".join(f"{row[fate]} {fate}" for fate in _FATES)
            problems.append(f"{name}: {row['landed']} rows landed, but {parts} = {sum(fates)}")
        if row["landed"] != told:
            problems.append(
                f"{name}: rpt_data_quality counts {row['landed']} landed rows, the landing manifests {told}"
            )
    return list(rows.values())


def _judge_batches(settings: Settings, build: duckdb.DuckDBPyConnection, problems: list[str]) -> Counter[str]:
    """Landed rows per entity by the landing manifests of the batches this build read; none may be left out or lose rows."""
    read = set(build.execute("select adapter, entity, batch from landed.batches").fetchall())
    row = build.execute("select run_at from landed.run").fetchone()
    read_at: datetime | None = row[0] if row else None
    told: Counter[str] = Counter()
    for domain, entity in ((entity.domain, entity.name) for entity in ENTITIES.values()):
        for adapter in settings.feeds_of(domain):
            judged = judged_batches(settings, adapter, entity)
            # judged while this build was already at work: the next one's
            known = [
                one
                for one in judged
                if read_at is None or datetime.fromisoformat(one.manifest["validated_at"]) <= read_at
            ]
            expected = {one.batch.number for one in counted(known)}
            for one in judged:
                manifest = one.manifest
                name = f"{entity} batch {manifest['batch']} of run {manifest['run_id']}"
                key = (adapter, entity, manifest["batch"])
                if key not in read:
                    if manifest["batch"] in expected:
                        problems.append(f"{name} was validated before this build began, but the build did not read it")
                    continue
                read.discard(key)
                rows = int(one.batch.manifest["rows"])
                after = int(manifest["rows_valid"]) + int(manifest["rows_quarantined"])
                if rows != after:
                    problems.append(f"{name}: {rows} rows landed, the door passed on {after}")
                told[entity] += rows
    problems.extend(
        f"{entity} batch {number} was read by the build, but is not among the batches of {settings.landing / adapter / entity}"
        for adapter, entity, number in sorted(read)
    )
    return told


def _judge_changes(settings: Settings, run_id: str, counts: dict[str, int], problems: list[str]) -> dict[str, Any]:
    """No fact or dimension may lose more than half its rows against the version readers see now, no closed quarter its borders."""
    live = versions.current(settings)
    if live is None:
        return {"compared_with": None, "skipped": "there is no published version to compare with"}
    before = {name: live["settings"].get(name) for name in comparable_settings(settings)}
    if before != comparable_settings(settings):
        skipped: dict[str, Any] = {
            "compared_with": None,
            "skipped": f"{live['version']} was published with other settings: {before}",
        }
        if closed_before(settings, before):
            _accept(
                settings,
                run_id,
                [
                    f"closed quarters would move: {live['version']} shows them under {before},"
                    f" this run would cut them anew under {comparable_settings(settings)}"
                ],
                skipped,
                problems,
            )
        return skipped
    if settings.as_of < date.fromisoformat(live["as_of"]):
        return {
            "compared_with": None,
            "skipped": f"this run is as of {settings.as_of}, before {live['version']} ({live['as_of']})",
        }
    shrunk = [
        f"{table} has {counts[table]} rows, {about['rows']} in {live['version']}"
        for table, about in live["tables"].items()
        if table.startswith(("dim_", "fct_"))
        and table in counts  # a table that is gone is a problem of its own
        and about["rows"] >= SMALLEST_TABLE_WATCHED
        and counts[table] < about["rows"] * (1 - LARGEST_SHRINK)
    ]
    result: dict[str, Any] = {"compared_with": live["version"], "shrunk": shrunk}
    if shrunk:
        _accept(settings, run_id, [f"{sentence}: more than half is gone" for sentence in shrunk], result, problems)
    return result


def _accept(settings: Settings, run_id: str, sentences: list[str], result: dict[str, Any], problems: list[str]) -> None:
    """Note who accepts these changes; where nobody does, each is a problem."""
    accepted = _acceptance(settings, run_id, problems)
    if accepted is not None:
        result["accepted"] = accepted
        return
    problems.extend(
        f"{sentence}. If that is right, write {settings.home / ACCEPT_FILE}"
        ' with {"reason": "...", "by": "..."} and run again'
        for sentence in sentences
    )


def _acceptance(settings: Settings, run_id: str, problems: list[str]) -> dict[str, str] | None:
    """Who accepts the changes, and why; also where an earlier try of this very run has already used the file up."""
    for path in (settings.runs / run_id / ACCEPT_FILE, settings.home / ACCEPT_FILE):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            accepted = {name: str(told[name]).strip() for name in ("reason", "by")}
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError) as error:
            problems.append(f'{path} does not read as {{"reason": "...", "by": "..."}}: {error!r}')
            continue
        if all(accepted.values()):
            return accepted
        problems.append(f"{path} must say both why (reason) and who (by)")
    return None


def _consume_acceptance(settings: Settings, run_id: str) -> None:
    path = settings.home / ACCEPT_FILE
    if path.exists():
        os.replace(path, settings.runs / run_id / ACCEPT_FILE)  # noqa: PTH105 - as in atomic.py
        atomic.sync_folder(settings.home)


def _count(build: duckdb.DuckDBPyConnection, table: str) -> int:
    row = build.execute(fill("select count(*) from {table}", table=identifier(SCHEMA, table))).fetchone()
    return int(row[0]) if row else 0


def _sentence(settings: Settings, run_id: str, problems: list[str]) -> str:
    live = versions.current(settings)
    kept = f"readers still see {live['version']}" if live else "there is still no published version"
    listed = "\n".join(f"  - {problem}" for problem in problems)
    few = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return f"the audit of run {run_id} found {few}; nothing was published, {kept}:\n{listed}"

"""What readers see: which version is live, which are kept, and the rows that wait in quarantine."""

from __future__ import annotations

from typing import Any

import duckdb

from scoreboard import journal
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.status.parts import Attention, Part
from scoreboard.warehouse import versions
from scoreboard.warehouse.tables import SCHEMA
from scoreboard.warehouse.versions import parquet_name


def read_versions(settings: Settings) -> Part:
    """The live version, those kept, and whether the live one was put back by a rollback."""
    live = versions.current(settings)
    kept = versions.names(settings)
    if live is None:
        lost = [Attention("versions", f"{len(kept)} versions are kept and none is live", "publish again: make run")]
        return {"live": None, "kept": kept}, lost if kept else []
    attention = []
    if live["version"] not in kept:
        attention.append(
            Attention(
                "versions",
                f"the live version {live['version']} is not in {settings.published / 'versions'}: readers find nothing",
                "restore its folder from a backup, or publish again: make run",
            )
        )
    copy = journal.copy(settings) if settings.publish_to_postgres else None
    if copy and copy["version"] != live["version"]:
        attention.append(
            Attention(
                "PostgreSQL",
                f"shows {copy['version']} since {copy['at'][:16]}, and {live['version']} is live here",
                "clear the failed publish_to_postgres, or make publish-postgres",
            )
        )
    return {
        "live": live["version"],
        "postgres": copy,
        "as_of": live["as_of"],
        "published_at": live["published_at"],
        "run_id": live["run_id"],
        "previous": live.get("previous"),
        "rolled_back_from": live.get("rolled_back_from"),
        "kept": kept,
    }, attention


def read_quarantine(settings: Settings) -> Part:
    """Open rows by entity and rule, and how many more or less than in the version before."""
    live = versions.current(settings)
    if live is None:
        return {"open": 0, "change": None, "rows": []}, []
    now = _open(settings, live["version"])
    if now is None:
        return None, []
    earlier = live.get("rolled_back_from") or live.get("previous")
    before = _open(settings, earlier) if earlier in versions.names(settings) else None
    rows = [
        {"entity": key[0], "rule": key[1], "open": now.get(key, 0), "change": _change(now, before, key)}
        for key in sorted({*now, *(before or {})}, key=lambda key: (-now.get(key, 0), key))
    ]
    change = None if before is None else sum(now.values()) - sum(before.values())
    return {"open": sum(now.values()), "change": change, "rows": rows}, []


def _change(now: dict[Any, int], before: dict[Any, int] | None, key: tuple[str, str]) -> int | None:
    return None if before is None else now.get(key, 0) - before.get(key, 0)


def _open(settings: Settings, version: str) -> dict[tuple[str, str], int] | None:
    """(entity, rule) -> open rows of one version; None for a version without that table. Raises ScoreboardError."""
    path = versions.folder_of(settings, version) / "parquet" / parquet_name(SCHEMA, "rpt_quarantine")
    if not path.exists():
        return None
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select entity, rule, count(*) from read_parquet(?) where status = 'open' group by all", [str(path)]
            ).fetchall()
    except duckdb.Error as error:
        raise ScoreboardError(
            f"{path} cannot be read: {error}. The other tables were not touched; restore it from a backup, or publish again"
        ) from error
    return {(entity, rule): int(number) for entity, rule, number in rows}

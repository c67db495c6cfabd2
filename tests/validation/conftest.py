"""Landed batches made to measure, written by landing's own writer, so that the door reads what it reads in earnest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from scoreboard.entities import ENTITIES
from scoreboard.landing.manifest import write_manifest
from scoreboard.landing.parts import BatchIdentity, PartWriter, landed_names
from scoreboard.landing.store import stream_folder
from scoreboard.settings import Settings
from scoreboard.sources.readers.base import Chunk

LANDED_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
WORDS = {
    "lifecycle_stage": "active",
    "respondent_type": "customer",
    "measure": "satisfaction",
    "currency": "EUR",
    "kind": None,
    "scale_id": "likert5",
}
BY_KIND = {"number": "5", "flag": "yes", "date": "2025-03-01", "timestamp": "2025-03-01T10:00:00Z", "text": "x"}
KINDS = {"activities": "call"}
Row = Mapping[str, str | None]


def good_row(entity: str, **cells: str | None) -> dict[str, str | None]:
    """A row that breaks no rule: required columns only, plus `cells`."""
    shape = ENTITIES[entity]
    row = {
        column: WORDS.get(column) or BY_KIND[shape.kinds[column]]
        for column in shape.columns
        if column in shape.required
    }
    if "kind" in row:
        row["kind"] = KINDS[entity]
    return row | cells


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))


@dataclass
class Drop:
    """Lands batches of one home; numbers are given in order, per entity."""

    settings: Settings

    def __call__(self, entity: str, rows: Sequence[Row], run_id: str | None = None) -> Path:
        stream = stream_folder(self.settings, "files", entity)
        number = len(list(stream.glob("run=*"))) + 1
        run_id = run_id or f"run-{number}"
        shape, folder = ENTITIES[entity], stream / f"run={run_id}"
        columns = list(dict.fromkeys(column for row in rows for column in row)) or list(shape.columns)
        names = landed_names(shape.columns, columns)
        chunk = Chunk(
            cells={column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns},
            row_numbers=list(range(2, len(rows) + 2)),
        )
        with PartWriter(folder, BatchIdentity(entity, number, run_id, LANDED_AT), names) as writer:
            writer.add(f"{shape.domain}/{entity}/part.csv", chunk)
            parts = writer.finish()
        write_manifest(
            folder,
            {
                "format": 1,
                "adapter": "files",
                "domain": shape.domain,
                "entity": entity,
                "run_id": run_id,
                "batch": number,
                "landed_at": LANDED_AT.isoformat(),
                "rows": len(rows),
                "files": [],
                "parts": parts,
                "columns": list(names.values()),
                "unknown_columns": [column for column in names.values() if column not in shape.columns],
                "window": None,
                "cursor_in": None,
                "cursor_out": None,
            },
        )
        return folder


@pytest.fixture
def land(home: Settings) -> Drop:
    return Drop(home)


@pytest.fixture
def query() -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of a query in UTC."""

    def run(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql, list(parameters)).fetchall()

    return run

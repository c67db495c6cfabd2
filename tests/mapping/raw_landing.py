"""Raw batches as landing writes them, for tests that need landed records and no vendor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.atomic import sha256_of
from scoreboard.landing.manifest import FORMAT, write_manifest
from scoreboard.landing.parts import LINEAGE

FIRST_LANDED = datetime(2026, 1, 5, 6, tzinfo=UTC)
_SCHEMA = pa.schema(
    [
        ("_key", pa.string()),
        ("_version", pa.timestamp("us", tz="UTC")),
        ("_is_deleted", pa.bool_()),
        ("_is_tombstone", pa.bool_()),
        ("_hash", pa.string()),
        ("_record", pa.string()),
        *LINEAGE.items(),
    ]
)


def land_raw(
    home: Path,
    adapter: str,
    stream: str,
    records: Sequence[Mapping[str, Any]],
    *,
    connection: str = "",
    number: int = 0,
) -> Path:
    """Land records as one batch of `adapter`@`connection`/`stream`, the next one unless told its number.

    A record is a body, or {"_key", "_version", "_is_deleted", "_is_tombstone", "_record": body} for what an API knows
    beside it.
    """
    feed = f"{adapter}@{connection or adapter + '_default'}"
    stream_folder = home / "landing" / feed / stream
    number = number or 1 + len(list(stream_folder.glob("run=*")))
    folder = stream_folder / f"run=r{number}"
    folder.mkdir(parents=True)
    landed_at = FIRST_LANDED + timedelta(days=number)
    rows = [_row(record, feed, stream, number, place, landed_at) for place, record in enumerate(records, 1)]
    part = folder / "part-00001.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), part)
    empty: dict[str, list[str]] = {"files": [], "columns": [], "unknown_columns": []}
    write_manifest(
        folder,
        {
            "format": FORMAT,
            "adapter": feed,
            "domain": "crm",
            "entity": stream,
            "run_id": f"r{number}",
            "batch": number,
            "landed_at": landed_at.isoformat(),
            "rows": len(rows),
            "parts": [{"name": part.name, "sha256": sha256_of(part), "rows": len(rows)}],
            "window": None,
            "cursor_in": None,
            "cursor_out": None,
            "mode": "snapshot" if "_" in adapter else "incremental",
            **empty,
        },
    )
    return folder


def _row(
    record: Mapping[str, Any], feed: str, stream: str, number: int, place: int, landed_at: datetime
) -> dict[str, Any]:
    told = record if "_record" in record else {"_record": record}
    body = json.dumps(told["_record"], ensure_ascii=False)
    key = told.get("_key")
    version = told.get("_version")
    return {
        "_key": key,
        "_version": datetime.fromisoformat(version) if isinstance(version, str) else version,
        "_is_deleted": told.get("_is_deleted", False),
        "_is_tombstone": told.get("_is_tombstone", False),
        "_hash": hashlib.sha256(f"{key}{body}".encode()).hexdigest(),
        "_record": body,
        "_row_id": f"{feed}/{stream}/{number:06d}/{place:08d}",
        "_batch": number,
        "_ordinal": place,
        "_run_id": f"r{number}",
        "_file": f"GET /{stream}",
        "_row_number": place,
        "_landed_at": landed_at,
    }

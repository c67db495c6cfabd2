"""Land one table that a loader keeps (Fivetran, Airbyte): the whole of it, as a snapshot that takes the place of the one before.

Loaders rewrite their tables as they like, so there is no cursor to go by; what has not changed is not landed again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scoreboard.errors import ScoreboardError
from scoreboard.landing.drop import LandingFailed
from scoreboard.landing.lock import stream_lock
from scoreboard.landing.manifest import NAME
from scoreboard.landing.raw_batch import RawBatch
from scoreboard.landing.raw_parts import table_row
from scoreboard.landing.raw_store import SNAPSHOT, checked_name, checked_run_id, source_folder
from scoreboard.landing.store import Batch, committed_batches, remove_uncommitted, stream_folder
from scoreboard.progress import step
from scoreboard.settings import Settings
from scoreboard.sources.exact_json import dumps

KEPT_SNAPSHOTS = 2  # the one that counts, and the one that a reader may still have open
FEWEST_LOST = 20
SHARE_LOST = 0.5


class TableShrank(ScoreboardError):
    """A loader's table lost half of its rows at once: more likely a sync under way than deletions."""


def land_table(
    settings: Settings,
    adapter: str,
    connection: str,
    table: str,
    batches: Iterable[Sequence[Mapping[str, Any]]],
    run_id: str,
    *,
    domains: Iterable[str] = (),
    accept_shrunk: bool = False,
) -> dict[str, Any]:
    """Land a table's rows, given some thousand at a time, below landing/<adapter>@<connection>/<table>/ as JSON text.

    The same rows in another order, or with their columns in another, are no change and land nothing. The newest two snapshots are kept, the newest counts.
    Gives {"adapter", "connection", "stream", "run_id", "batch" (None if nothing changed), "served", "rows" (landed)}.

    Raises TableShrank if at least half of the rows, and at least 20, are gone since the last snapshot (unless
    `accept_shrunk`), LandingBusy, LandingFailed or ManifestDamaged; then the last snapshot still counts.
    """
    folder = source_folder(adapter, connection)
    checked_name("table", table)
    checked_run_id(run_id)
    try:
        with stream_lock(stream_folder(settings, folder, table)):
            remove_uncommitted(settings, folder, table)
            landed = committed_batches(settings, folder, table)
            with RawBatch(settings, folder, table, domains, run_id, landed, None) as batch:
                content = _fill(batch, table, batches)
                if landed and landed[-1].manifest.get("content") == content:
                    committed = None
                else:
                    _refuse_shrunk(f"{table} of {folder}", landed, batch.rows, is_accepted=accept_shrunk)
                    committed = batch.commit({"mode": SNAPSHOT, "content": content})
                served = batch.served
            if committed is not None:
                _prune([*landed, committed])
    except OSError as error:
        raise LandingFailed(
            f"landing {table} of {folder} stopped: {error.strerror or error} at {error.filename or settings.home}. A snapshot "
            "lands whole or not at all, and the last one still counts. Mend the disk or its permissions and run again."
        ) from error
    return {
        "adapter": adapter,
        "connection": connection,
        "stream": table,
        "run_id": run_id,
        "batch": committed.number if committed else None,
        "served": served,
        "rows": served if committed else 0,
    }


def _fill(batch: RawBatch, table: str, batches: Iterable[Sequence[Mapping[str, Any]]]) -> str:
    """Put every row into the batch; gives a hash of all rows that does not depend on their order."""
    total = 0
    for chunk in batches:
        for record in chunk:
            row = table_row(dumps(record, is_sorted=True), table, batch.served + 1)
            batch.add(row)
            total += int(row.hash, 16)
        step(table, batch.served, None, "rows")
    return f"{batch.served}:{total % 2**256:064x}"


def _refuse_shrunk(what: str, landed: Sequence[Batch], rows: int, *, is_accepted: bool) -> None:
    before = int(landed[-1].manifest["rows"]) if landed else 0
    lost = before - rows
    if not is_accepted and lost >= FEWEST_LOST and lost >= SHARE_LOST * before:
        raise TableShrank(
            f"{what} has {rows:,} rows where the last snapshot had {before:,}. That looks like a sync under way or a connector "
            "set up anew, so nothing was landed and the last snapshot still counts. Look at the loader; if the rows really "
            "are gone, run once with accept_vanished."
        )


def _prune(batches: Sequence[Batch]) -> None:
    """Remove all but the newest snapshots, manifest first: without it a folder does not exist."""
    for batch in batches[:-KEPT_SNAPSHOTS]:
        (batch.folder / NAME).unlink()
        shutil.rmtree(batch.folder)

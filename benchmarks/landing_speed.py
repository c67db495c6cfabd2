"""How fast landing is against the least that could be done, and whether its memory grows with the pages.

`python -m benchmarks.landing_speed [pages]` fetches the same pages of 1,000 tickets from a server on this machine twice, by turns:
with `land_stream` (retries, exact JSON, dedup, flushed files, manifest, cursor), and with a bare loop that writes the same Parquet and
does nothing else. Then it lands ten times the pages and compares the peak of memory. It fails below half the bare loop's speed,
or if ten times the pages take more than a quarter more memory.

The figures measured last stand in benchmarks/README.md.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from scoreboard.landing.pages import land_stream
from scoreboard.landing.raw_parts import SCHEMA
from scoreboard.settings import Settings
from scoreboard.sources.api.base import Page, Record, Stream
from scoreboard.sources.api.http import Http

PAGES = 30
ROWS = 1000
TURNS = 3
SLOWEST = 0.5  # of the bare loop's speed
MOST_GROWTH = 1.25  # of memory, for ten times the pages
STREAM = Stream("tickets", frozenset({"support"}))


def page_template() -> bytes:
    """A page of tickets as Zendesk serves them, 1.3 kB each; ###### stands for the page's number in ids and stamps."""
    tickets = [
        {
            "id": f"1######{row:03}",
            "generated_timestamp": f"1######{row:03}",
            "url": f"https://example.zendesk.com/api/v2/tickets/1######{row:03}.json",
            "external_id": None,
            "via": {"channel": "email", "source": {"from": {"address": f"c{row}@example.org"}, "to": {}, "rel": None}},
            "created_at": "2026-01-05T08:00:00Z",
            "updated_at": "2026-01-05T09:30:00Z",
            "type": ["incident", "question", "problem", None][row % 4],
            "subject": f"Printer {row} does not answer — again",
            "description": "It worked yesterday. Today the display says “E-17” and nothing else happens. " * 5,
            "priority": ["low", "normal", "high", "urgent"][row % 4],
            "status": ["open", "pending", "solved", "closed", "deleted"][row % 5],
            "requester_id": 6139157572367 + row,
            "assignee_id": 6139157579999,
            "organization_id": 361500000000 + row % 50,
            "group_id": 21500000,
            "tags": ["printer", "field_service", f"tier_{row % 3}"],
            "custom_fields": [{"id": 360000000000 + field, "value": f"v{row % 7}"} for field in range(8)],
            "satisfaction_rating": {"score": "offered"} if row % 3 else None,
            "fields_of_hours": {"effort": row / 8, "cost": 12.5},
        }
        for row in range(ROWS)
    ]
    return json.dumps({"tickets": tickets}, ensure_ascii=False).encode()


def serve(address: Any) -> None:
    """Serve any page of the template until killed; its address goes through the pipe."""
    template = page_template()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = template.replace(b"######", b"%06d" % int(self.path.rpartition("=")[2]))
            self.send_response(200)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address.send(f"http://127.0.0.1:{server.server_port}")
    server.serve_forever()


class Tickets:
    """The pages as a source."""

    vendor = "zendesk"
    connection = "benchmark"

    def __init__(self, address: str, pages: int) -> None:
        self._http = Http(address, name="zendesk@benchmark")
        self._pages = pages

    def now(self) -> datetime:
        return self._http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        for number in range(self._pages):
            with self._http.reading(stream, number):
                bodies = self._http.get("/tickets", {"page": number}).json()["tickets"]
            yield Page([Record(body["id"], stamp_of(body), body) for body in bodies], f"tickets?page={number}")


def stamp_of(body: dict[str, Any]) -> datetime:
    """The instant the vendor's cursor goes by."""
    return datetime.fromtimestamp(int(body["generated_timestamp"]), UTC)


def land(address: str, pages: int, home: Path) -> None:
    """What a run of Scoreboard does."""
    settings = Settings(home=home, as_of=date(2026, 1, 5))
    report = land_stream(settings, "zendesk", Tickets(address, pages), STREAM, "benchmark")
    assert report["rows"] == pages * ROWS, report


def bare(address: str, pages: int, home: Path) -> None:
    """The least that leaves the same rows: fetch, parse, hash, write."""
    home.mkdir(parents=True, exist_ok=True)
    landed_at = datetime.now(UTC)
    ordinal = 0
    with httpx.Client() as client, pq.ParquetWriter(home / "bare.parquet", SCHEMA, compression="zstd") as writer:
        for number in range(pages):
            columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
            for row, body in enumerate(client.get(f"{address}/tickets?page={number}").json()["tickets"], 1):
                ordinal += 1
                record = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
                whole = f'{{"body":{record},"deleted":false,"key":{json.dumps(body["id"])}}}'
                values = (
                    *(body["id"], stamp_of(body), False, False, sha256(whole.encode()).hexdigest(), record),
                    *(f"zendesk@benchmark/tickets/000001/{ordinal:08d}", 1, ordinal, "benchmark"),
                    *(f"tickets?page={number}", row, landed_at),
                )
                for column, value in zip(columns.values(), values, strict=True):
                    column.append(value)
            writer.write_table(pa.table(columns, schema=SCHEMA))


def measured(what: Callable[[str, int, Path], None], address: str, pages: int, result: Any) -> None:
    """Run it in this process, and send its seconds, its peak memory in MB, and a digest of what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        what(address, pages, Path(folder))
        seconds = perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        result.send((seconds, peak, digest(Path(folder).rglob("*.parquet"))))


def digest(parts: Iterable[Path]) -> str:
    """One hash of keys, hashes and records in order."""
    sums = sha256()
    for part in sorted(parts):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(columns=["_row_id", "_key", "_version", "_hash", "_record"]):
                sums.update("\n".join(map(str, batch.to_pylist())).encode())
    return sums.hexdigest()


def in_own_process(what: Callable[[str, int, Path], None], address: str, pages: int) -> tuple[float, float, str]:
    """`measured` in a fresh process, whose memory is its own."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=measured, args=(what, address, pages, sender))
    process.start()
    sender.close()
    outcome: tuple[float, float, str] = receiver.recv()
    process.join()
    return outcome


def main(pages: int = PAGES) -> int:
    """Measure, print, and give the exit code."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    server = context.Process(target=serve, args=(sender,), daemon=True)
    server.start()
    try:
        address = receiver.recv()
        ratios, peaks = [], []
        for turn in range(1, TURNS + 1):
            bare_seconds, _, bare_rows = in_own_process(bare, address, pages)
            seconds, peak, rows = in_own_process(land, address, pages)
            assert rows == bare_rows, "the two did not write the same rows"
            ratios.append(bare_seconds / seconds)
            peaks.append(peak)
            print(
                f"turn {turn}: {pages * ROWS:,} rows; bare loop {pages * ROWS / bare_seconds:,.0f} rows/s, "
                f"landing {pages * ROWS / seconds:,.0f} rows/s, ratio {ratios[-1]:.2f}, peak {peak:.0f} MB"
            )
        _, peak_of_ten, _ = in_own_process(land, address, 10 * pages)
        growth = peak_of_ten / max(peaks)
        print(f"speed against the bare loop: {median(ratios):.2f} (median; limit {SLOWEST})")
        print(
            f"memory with {10 * pages:,} pages: {peak_of_ten:.0f} MB, {growth:.2f} times that of {pages} (limit {MOST_GROWTH})"
        )
    finally:
        server.kill()
    return 0 if median(ratios) >= SLOWEST and growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

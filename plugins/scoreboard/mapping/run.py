"""Map a domain: everything its vendors have landed becomes canonical rows, one snapshot per entity, for the door to judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from scoreboard.atomic import sha256_of, write_json
from scoreboard.entities import DOMAINS, Domain
from scoreboard.errors import ScoreboardError
from scoreboard.landing.lock import LandingBusy, stream_lock
from scoreboard.mapping.config import Mapping, load_mapping
from scoreboard.mapping.documents import MappingError
from scoreboard.mapping.snapshots import Snapshot, commit_snapshot, newest_snapshot, prune, read_canonical
from scoreboard.mapping.unmapped import Report, report_on
from scoreboard.mapping.vendors import STAGING, mapped_entities, vendor_feeds
from scoreboard.mapping.views import Raw, note_made, raw_of, read_made, show_raw
from scoreboard.progress import each
from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import BAD, DBT_PROJECT, dbt_vars, invoke
from scoreboard.warehouse.seeds import lay_out_seeds

_WAIT_SECONDS = 1800.0
_MACROS = DBT_PROJECT / "macros"


def map_domain(settings: Settings, domain: str, run_id: str) -> dict[str, Any]:
    """Map every vendor of a domain and commit the canonical rows as landing/<vendor>/<entity>/run=<run id>.

    Nothing new landed and nothing else changed: no new snapshot. Gives {"domain", "run_id", "entities": [{"vendor",
    "entity", "batch" (None where unchanged), "rows"}], "unmapped": [{"vendor", "entity", "what", "name", "rows",
    "sentence"}], "missing_columns": [sentence]}; the last two are also in runs/<run id>/unmapped.json.

    Raises MappingError (a mapping file, or staging that does not run), ManifestDamaged or SeedError; what was mapped before stays.
    """
    known = next((name for name in DOMAINS if name == domain), None)
    if known is None:
        raise ScoreboardError(f"there is no domain {domain!r}; the domains are {', '.join(DOMAINS)}")
    entities: list[dict[str, Any]] = []
    report = Report()
    feeds = vendor_feeds(settings, known)
    if feeds:
        with _alone(settings):
            for vendor, adapters in feeds.items():
                mapped, found = _map_vendor(settings, known, vendor, adapters, run_id)
                entities += mapped
                report = report.with_more(found)
            _write_report(settings, known, run_id, report)
    return {"domain": known, "run_id": run_id, "entities": entities, **report.as_dict()}


def _map_vendor(
    settings: Settings, domain: Domain, vendor: str, adapters: Sequence[str], run_id: str
) -> tuple[list[dict[str, Any]], Report]:
    mapping = load_mapping(settings, vendor)
    raws = raw_of(settings, mapping, adapters)
    entities = mapped_entities(vendor, domain)
    fingerprint = _fingerprint(settings, mapping, raws, adapters)
    before = {entity.name: newest_snapshot(settings, vendor, entity) for entity in entities}
    stale = [entity for entity in entities if not _is_up_to_date(before[entity.name], fingerprint)]
    if not raws and not any(before.values()):
        return [], Report()
    fresh: dict[str, Snapshot] = {}
    if stale:
        # named as the build's, so that dbt's reading of the project serves both (warehouse/parsed.py)
        database = settings.build / "mapping" / "warehouse.duckdb"
        made = read_made(database, fingerprint)  # by another domain of this vendor, a moment ago
        missing = show_raw(database, mapping, raws) if made is None else made
        if made is None:
            _run_staging(settings, vendor, database, run_id)
            note_made(database, fingerprint, missing)
        with duckdb.connect(str(database), read_only=True):  # kept open, so that opening it per entity takes no time
            for entity in each(vendor, stale, "entities mapped"):
                with read_canonical(database, vendor, entity) as rows:
                    found = report_on(rows, vendor, entity, missing)
                    fresh[entity.name] = commit_snapshot(settings, vendor, entity, rows, run_id, fingerprint, found)
                prune(settings, vendor, entity)
    report = Report()
    told = []
    for entity in entities:
        snapshot = fresh.get(entity.name) or before[entity.name]
        if snapshot is not None:
            report = report.with_more(snapshot.report)
            number = snapshot.number if entity.name in fresh else None
            told.append({"vendor": vendor, "entity": entity.name, "batch": number, "rows": snapshot.rows})
    return told, report


def _is_up_to_date(snapshot: Snapshot | None, fingerprint: str) -> bool:
    return snapshot is not None and snapshot.fingerprint == fingerprint


def _fingerprint(settings: Settings, mapping: Mapping, raws: Sequence[Raw], adapters: Sequence[str]) -> str:
    """Everything that canonical rows depend on: landed batches, the mapping, shapes, staging and its macros."""
    sql = [*sorted((STAGING / mapping.vendor).rglob("*.*")), *sorted(_MACROS.glob("*.sql"))]
    told = [
        3,  # raise it when views or snapshots are made in another way
        settings.timezone,
        list(adapters),
        [
            [raw.source_relation, raw.shape.name, batch.number, [part["sha256"] for part in batch.manifest["parts"]]]
            for raw in raws
            for batch in raw.batches
        ],
        [repr(one) for one in mapping.connections],
        repr(mapping.shapes),
        {shape: dict(columns) for shape, columns in mapping.moved.items()},
        mapping.tables(),
        [[path.relative_to(DBT_PROJECT).as_posix(), sha256_of(path)] for path in sql if path.is_file()],
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _run_staging(settings: Settings, vendor: str, database: Path, run_id: str) -> None:
    """The vendor's staging models as views of the mapping file; raises MappingError naming those that do not run.

    A target folder of its own, so that what dbt writes of the build stays. The as-of date is left out: dbt remembers its
    reading of the project there as long as no setting differs, and what landed does not depend on the date.
    """
    seeds = settings.build / "mapping" / "seeds"
    lay_out_seeds(settings, seeds)
    logs = settings.runs / run_id / "dbt_mapping"
    results = invoke(
        ["run", "--no-write-json", "--select", f"path:models/staging/{vendor}"],
        variables={name: value for name, value in dbt_vars(settings).items() if name != "as_of"},
        database=database,
        seeds=seeds,
        target=settings.build / "mapping" / "target",
        logs=logs,
    )
    broken = [result for result in results if result.status in BAD]
    if broken:
        raise MappingError(
            f"{vendor} could not be mapped; its rows of before stay as they were:\n"
            + "\n".join(f"  {result.name}: {result.message}" for result in broken)
            + f"\ndbt's own log: {logs / 'dbt.log'}"
        )


def _write_report(settings: Settings, domain: Domain, run_id: str, report: Report) -> None:
    """Lay the domain's report into the run's, beside those of the other domains."""
    path = settings.runs / run_id / "unmapped.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_json(path, before | {domain: report.as_dict()})


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One mapping at a time: domains that are extracted side by side share the file and dbt's folder."""
    try:
        with stream_lock(settings.build / "mapping", _WAIT_SECONDS):
            yield
    except LandingBusy as error:
        raise MappingError(
            f"another run has been mapping for {_WAIT_SECONDS / 60:g} minutes (it holds {settings.build / 'mapping' / '.lock'}). "
            "Nothing was touched by this run; let the other one finish, then run again."
        ) from error

"""Vendor staging on a bench: raw records in, canonical rows out, by the very steps of a run.

dbt makes a vendor's staging views once in a process: over other records they are the same views, laid into the new file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import yaml

from scoreboard.entities import DOMAINS, Domain
from scoreboard.landing.store import committed_batches
from scoreboard.mapping import run
from scoreboard.mapping.run import map_domain
from scoreboard.mapping.vendors import mapped_entities
from scoreboard.settings import Settings
from scoreboard.warehouse.quoting import literal
from tests.mapping.raw_landing import land_raw

Row = dict[str, Any]


def mapped(
    home: Path,
    vendor: str,
    raw: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
    mapping: Mapping[str, Any] | None = None,
    *,
    timezone: str = "UTC",
    run_id: str = "r1",
) -> dict[str, list[Row]]:
    """Canonical rows per entity that the vendor's staging makes of landed records, in landing order, every version.

    `raw`: adapter (or adapter@connection) -> stream or table -> records as `land_raw` takes them. `mapping`: what
    sources/<vendor>.yaml says. Contract columns as text, and `source_relation`. Called again on the same home it lands more.
    """
    if mapping is not None:
        path = home / "sources" / f"{vendor}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(dict(mapping), allow_unicode=True, sort_keys=False), encoding="utf-8")
    adapters = list(dict.fromkeys(feed.partition("@")[0] for feed in raw))
    for feed, streams in raw.items():
        adapter, _, connection = feed.partition("@")
        for stream, records in streams.items():
            if records:
                land_raw(home, adapter, stream, records, connection=connection)
    domains = [domain for domain in DOMAINS if mapped_entities(vendor, domain)]
    settings = Settings(
        home=home,
        as_of=date(2026, 3, 31),
        timezone=timezone,
        adapters=tuple((domain, adapter) for domain in domains for adapter in adapters),
    )
    rows: dict[str, list[Row]] = {}
    with mock.patch.object(run, "_run_staging", lay_staging):
        for domain in domains:
            map_domain(settings, domain, run_id)
            rows |= canonical(settings, vendor, domain)
    return rows


_dbts_own = run._run_staging
_views: dict[tuple[str, str], list[str]] = {}


def lay_staging(settings: Settings, vendor: str, database: Path, run_id: str) -> None:
    """The views as dbt made them for this vendor and zone; by dbt itself the first time, and where one will not do."""
    known = vendor, settings.timezone
    if known in _views:
        try:
            with duckdb.connect(str(database)) as connection:
                connection.execute("create schema staging")
                for view in _views[known]:
                    connection.execute(view)
            return
        except duckdb.Error:
            del _views[known]
    _dbts_own(settings, vendor, database, run_id)
    with duckdb.connect(str(database), read_only=True) as connection:
        made = "select view_name, sql from duckdb_views() where schema_name = 'staging'"
        views = dict(connection.execute(made).fetchall())
    reads = {name: {word for word in re.findall(r"\w+", sql) if word in views} - {name} for name, sql in views.items()}
    _views[known] = [views[name] for name in TopologicalSorter(reads).static_order()]


def canonical(settings: Settings, vendor: str, domain: Domain) -> dict[str, list[Row]]:
    """The newest snapshot of each entity as landed: contract columns and source_relation."""
    found = {}
    with duckdb.connect() as connection:
        for entity in mapped_entities(vendor, domain):
            batches = committed_batches(settings, vendor, entity.name)
            names = (*entity.columns, "source_relation")
            parts = ", ".join(literal(path) for batch in batches[-1:] for path in batch.part_paths)
            rows = (
                connection.execute(
                    f"select {', '.join(names)} from read_parquet([{parts}], hive_partitioning = false) order by _ordinal"
                ).fetchall()
                if parts
                else []
            )
            found[entity.name] = [dict(zip(names, row, strict=True)) for row in rows]
    return found

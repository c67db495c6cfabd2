"""The pipeline's stages called in order in this process, for tests that look at figures and not at Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from scoreboard.entities import DOMAINS, ENTITIES
from scoreboard.landing.drop import land_entity
from scoreboard.settings import Settings
from scoreboard.summary import write_summary
from scoreboard.validation.door import validate_domain
from scoreboard.warehouse import build
from scoreboard.warehouse.audit import audit
from scoreboard.warehouse.build import build_warehouse
from scoreboard.warehouse.publish import publish


def settings_for(home: Path, as_of: str, **others: str) -> Settings:
    """Settings of a test's own home; files count as settled at once."""
    return Settings.from_environment(
        {"SCOREBOARD_HOME": str(home), "SCOREBOARD_AS_OF": as_of, "SCOREBOARD_SETTLE_SECONDS": "0"} | others
    )


def run_pipeline(settings: Settings, run_id: str) -> dict[str, Any]:
    """Land, judge, build, audit and publish what lies in the inbox; the run's summary."""
    land_and_judge(settings, run_id)
    return build_and_publish(settings, run_id)


def land_and_judge(settings: Settings, run_id: str) -> None:
    """The first half of a run."""
    for entity in ENTITIES:
        land_entity(settings, entity, run_id)
    for domain in DOMAINS:
        validate_domain(settings, domain, run_id)


def build_and_publish(settings: Settings, run_id: str) -> dict[str, Any]:
    """The second half of a run; its summary."""
    build_warehouse(settings, run_id)
    audit(settings, run_id)
    publish(settings, run_id)
    return write_summary(settings, run_id)


def rows(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """Rows of the published warehouse, which a reader opens read-only like any BI tool."""
    with duckdb.connect(str((settings.published / "warehouse.duckdb").resolve()), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def without_tests_of_columns(*, keeps_manifest: bool = False) -> Iterator[None]:
    """Builds leave out dbt's tests of single columns and grains, a quarter of the work; the tests across tables stay.

    And the manifest, unless it is kept. For figures that are held against other figures, and only where another build as
    varied has all its tests: random companies in the one of once.py that has them, late rows, released ones and closed
    quarters in the last run of test_closed_quarters_random.py, restated quarters on the way forward in the last run of
    tiny_history.py, six accounts as vendors know them in test_demo_of_vendors.py; the acceptance company at its second
    date, whose first has them; and the tenth of the sample company, of which `make demo` builds the whole with them
    (sample.py).
    """
    left_out = ["--exclude", "test_type:generic", *([] if keeps_manifest else ["--no-write-json"])]
    with mock.patch.object(build, "BUILD", [*build.BUILD, *left_out]):
        yield

"""Builds shared by the tests of this folder: one with every node and hardly a row, one of a company with rows everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from dbt.adapters.duckdb.impl import DuckDBAdapter

from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import NodeResult, dbt_vars, invoke
from scoreboard.warehouse.inputs import prepare_warehouse
from scoreboard.warehouse.seeds import lay_out_seeds
from tests import once
from tests.warehouse.killing import KillAt, killer
from tests.warehouse.landed import PROJECT, judge, land

RESULTS = "results.json"


@dataclass(frozen=True)
class Built:
    """A finished build: the file, what became of each node, and dbt's own manifest."""

    database: Path
    results: list[NodeResult]
    manifest: dict[str, Any]

    def of_kind(self, kind: str) -> list[NodeResult]:
        """Results of one kind: seed, model, test or unit_test."""
        return [result for result in self.results if result.kind == kind]


@pytest.fixture(scope="session")
def almost_empty_build(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The warehouse of a company whose only row was refused at the door: every table is there, hardly one has rows."""
    home = once.once(tmp_path_factory, "almost-empty", _build_almost_empty)
    results = [NodeResult(**told) for told in json.loads((home / RESULTS).read_text(encoding="utf-8"))]
    build = home / "build"
    manifest = json.loads((build / "target" / "manifest.json").read_text(encoding="utf-8"))
    return Built(build / "warehouse.duckdb", results, manifest)


def _build_almost_empty(home: Path) -> None:
    settings = Settings(home=home, as_of=date(2026, 3, 31), settle_seconds=0.0)
    judge(settings, land(settings, "projects", [{"project_id": "P", **PROJECT}], "r1"), refused={2: "wrong_type"})
    lay_out_seeds(settings, settings.build / "seeds")
    database = prepare_warehouse(settings, "r1")
    with _columns_asked_once():
        results = invoke(
            ["build", "--exclude", "tag:mapping"],
            variables=dbt_vars(settings),
            database=database,
            seeds=settings.build / "seeds",
            target=settings.build / "target",
            logs=home / "logs",
        )
    (home / RESULTS).write_text(json.dumps([asdict(result) for result in results]), encoding="utf-8")


@contextmanager
def _columns_asked_once() -> Iterator[None]:
    """A unit test's inputs are finished tables: dbt need not ask for their columns again for each of them.

    A unit test's own table is `<model>__dbt_tmp`, another for each.
    """
    told: dict[str, Any] = {}
    ask = DuckDBAdapter.get_columns_in_relation

    def remembered(adapter: DuckDBAdapter, relation: Any) -> Any:
        name = relation.render()
        if name in told:
            return told[name]
        columns = ask(adapter, relation)
        if columns and "__dbt_" not in name:
            told[name] = columns
        return columns

    with mock.patch.object(DuckDBAdapter, "get_columns_in_relation", remembered):
        yield


@dataclass(frozen=True)
class Published:
    """A company's published warehouse and the semantic manifest of the build behind it."""

    settings: Settings
    database: Path
    manifest: Path


@pytest.fixture(scope="session")
def random_company(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A random company through the whole pipeline; its fiscal quarters are none of the calendar's, so nobody can mix them up."""
    settings = once.random_company(tmp_path_factory, 4).settings
    assert settings.fiscal_start_month % 3 != 1
    return Published(
        settings,
        (settings.published / "warehouse.duckdb").resolve(),
        settings.build / "target" / "semantic_manifest.json",
    )


@pytest.fixture(scope="module")
def kill_at() -> Iterator[KillAt]:
    """What starts processes that die at a chosen step of a publish or rollback."""
    with killer() as kill:
        yield kill

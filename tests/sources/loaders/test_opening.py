"""Which place a connection of a mapping file means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials, NoConnection
from scoreboard.sources.loaders.duckdb_file import DuckdbFile
from scoreboard.sources.loaders.opening import open_loader
from scoreboard.sources.loaders.parquet_folder import ParquetFolder
from scoreboard.sources.loaders.postgres import Postgres
from tests.sources.loaders.test_parquet_folder import write


@dataclass(frozen=True)
class Place:
    id: str = "loaded"
    kind: str | None = None
    path: str | None = None
    schema: str | None = None


def opened(place: Place, home: Path, credentials: Credentials | None = None) -> Any:
    def read(connection: str, kind: str) -> Credentials:
        if credentials is None:
            raise NoConnection(f"there is no Airflow Connection {connection!r}.")
        return credentials

    return open_loader("zendesk_fivetran", place, home, read_credentials=read)


def test_a_path_needs_no_airflow_connection_and_lies_below_home(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "fivetran.duckdb")) as connection:
        connection.execute("create schema zendesk; create table zendesk.ticket as select 1 as id")
    with opened(Place(path="fivetran.duckdb"), tmp_path) as loader:
        assert isinstance(loader, DuckdbFile)
        assert list(loader.rows("ticket")) == [[{"id": 1}]]
    with opened(Place(path=str(tmp_path / "fivetran.duckdb"), schema="zendesk"), Path("/nowhere")) as loader:
        assert loader.tables() == ["ticket"]


def test_a_folder_is_parquet_and_its_schema_a_folder_in_it(tmp_path: Path) -> None:
    write(tmp_path / "lake" / "zendesk_eu" / "ticket.parquet", id=[1])
    with opened(Place(path="lake", schema="zendesk_eu"), tmp_path) as loader:
        assert isinstance(loader, ParquetFolder)
        assert list(loader.rows("ticket")) == [[{"id": 1}]]


def test_a_kind_that_is_named_counts(tmp_path: Path) -> None:
    assert isinstance(opened(Place(kind="duckdb", path="warehouse"), tmp_path), DuckdbFile)
    assert isinstance(opened(Place(kind="parquet", path="lake.db"), tmp_path), ParquetFolder)


def test_without_a_path_the_airflow_connection_says_where(tmp_path: Path) -> None:
    server = Credentials("loaded", "db.example.com", "reader", "word", schema="analytics", kind="postgres")
    assert isinstance(opened(Place(), tmp_path, server), Postgres)
    assert isinstance(opened(Place(kind="postgres"), tmp_path, server), Postgres)
    file = Credentials("loaded", str(tmp_path / "w.duckdb"))
    assert isinstance(opened(Place(), tmp_path, file), DuckdbFile)
    assert isinstance(opened(Place(), tmp_path, Credentials("loaded", str(tmp_path))), ParquetFolder)


def test_a_place_that_is_nowhere_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        NoConnection, match=r"sources/zendesk\.yaml names no `path` for 'loaded'.*no Airflow Connection"
    ):
        opened(Place(), tmp_path)
    with pytest.raises(SourceError, match="not found by a path"):
        opened(Place(kind="postgres", path="db"), tmp_path)

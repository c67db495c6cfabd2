"""From a connection of a mapping file to the tables of the place it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Protocol

from scoreboard.sources.adapters import ADAPTERS
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials, NoConnection, credentials_of
from scoreboard.sources.loaders.base import Loader
from scoreboard.sources.loaders.duckdb_file import DuckdbFile
from scoreboard.sources.loaders.parquet_folder import ParquetFolder
from scoreboard.sources.loaders.postgres import Postgres

_DUCKDB_ENDINGS = (".duckdb", ".ddb", ".db")


class Place(Protocol):
    """What a mapping file says of a connection (scoreboard.mapping.config.Connection)."""

    @property
    def id(self) -> str: ...

    @property
    def kind(self) -> str | None: ...

    @property
    def path(self) -> str | None: ...

    @property
    def schema(self) -> str | None: ...


def open_loader(
    adapter: str,
    place: Place,
    home: Path,
    *,
    read_credentials: Callable[[str, str], Credentials] = credentials_of,
    wait: Callable[[float], None] = sleep,
) -> Loader:
    """The tables of a loader's adapter behind one connection, to be used in a `with`.

    A place with a `path` (below SCOREBOARD_HOME unless absolute) needs no Airflow Connection; otherwise the one of its id
    says host, and for PostgreSQL user, password and database. Raises SourceError.
    """
    credentials = None if place.path else _credentials(adapter, place, read_credentials)
    path = place.path or (credentials.host if credentials else "")
    kind = place.kind or _kind(path, credentials)
    vendor = ADAPTERS[adapter].vendor
    if kind == "postgres":
        if credentials is None:
            raise SourceError(
                f"{place.id}: a PostgreSQL database is not found by a path; take `path` away and make an Airflow Connection "
                f"{place.id!r}. Nothing was read."
            )
        schemas = _schemas(place.schema or credentials.value("extra.schema"), vendor, "public")
        return Postgres(credentials, schemas, wait=wait)
    where = home / Path(path).expanduser()
    schema = place.schema or (credentials.schema if credentials else "")
    if kind == "duckdb":
        return DuckdbFile(place.id, where, _schemas(schema, vendor, "main"), wait=wait)
    return ParquetFolder(place.id, where / schema if schema else where)


def _credentials(adapter: str, place: Place, read: Callable[[str, str], Credentials]) -> Credentials:
    try:
        return read(place.id, place.kind or "postgres")
    except NoConnection as error:
        raise NoConnection(
            f"{adapter} has no place to read from: sources/{ADAPTERS[adapter].vendor}.yaml names no `path` for {place.id!r} (a "
            f"DuckDB file or a Parquet folder), and {error}"
        ) from None


def _kind(path: str, credentials: Credentials | None) -> str:
    if credentials and credentials.kind in ("postgres", "postgresql"):
        return "postgres"
    if path.lower().endswith(_DUCKDB_ENDINGS) or (credentials and credentials.kind == "duckdb"):
        return "duckdb"
    if credentials and credentials.login and credentials.schema:
        return "postgres"
    return "parquet"


def _schemas(named: str, vendor: str, usual: str) -> tuple[str, ...]:
    return (named,) if named else (vendor, usual)

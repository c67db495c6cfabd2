"""A session with the PostgreSQL server behind an Airflow Connection."""

from __future__ import annotations

from typing import Any

import psycopg
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials, credentials_of

_TRIES, _STEP = 3, 5.0
_EXTRAS = ("sslmode", "sslrootcert", "sslcert", "sslkey")
_REFUSED = (
    psycopg.errors.InvalidPassword,
    psycopg.errors.InvalidAuthorizationSpecification,
    psycopg.errors.InvalidCatalogName,
)


def credentials(connection: str) -> Credentials:
    """What the Airflow Connection holds. Raises PostgresError naming the fields that are missing."""
    try:
        found = credentials_of(connection, "postgres")
        found.require("postgres")
    except SourceError as error:
        raise PostgresError(str(error).replace("Nothing was read", "PostgreSQL is as it was")) from error
    return found


def parameters(found: Credentials) -> dict[str, Any]:
    """The connection as psycopg takes it."""
    extras = {name: found.value(f"extra.{name}") for name in _EXTRAS}
    return {
        "host": found.host,
        "port": found.port or 5432,
        "user": found.login,
        "password": found.password,
        "dbname": found.schema,
        **{name: value for name, value in extras.items() if value},
    }


def open_session(connection: str, found: Credentials | None = None, *, wait: float = _STEP) -> Session:
    """A session that commits each statement unless told otherwise; UTC, UTF-8. `found`: what the connection holds, if known.

    Raises PostgresBusy where the server does not answer (three times), PostgresError where it refuses.
    """
    found = found or credentials(connection)
    attempts = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, psycopg.OperationalError) and not _is_refusal(error)),
        stop=stop_after_attempt(_TRIES),
        wait=wait_fixed(wait),
        reraise=True,
    )
    try:
        return attempts(
            psycopg.connect,
            **parameters(found),
            autocommit=True,
            connect_timeout=15,
            application_name="scoreboard",
            client_encoding="utf8",
            # a text that PostgreSQL and DuckDB read alike, whatever the role's own settings are
            options="-c TimeZone=UTC -c DateStyle=ISO -c extra_float_digits=1 -c search_path=pg_catalog",
        )
    except psycopg.OperationalError as error:
        said = _said(error, found)
        if _is_refusal(error):
            raise PostgresError(
                f"the connection {connection!r}: PostgreSQL refuses it: {said}. Correct its login, password or schema (the"
                " database); PostgreSQL is as it was"
            ) from None
        raise PostgresBusy(
            f"the connection {connection!r}: PostgreSQL at {found.host} cannot be reached, {_TRIES} times: {said}."
            " It is as it was; run again later"
        ) from None


def _is_refusal(error: psycopg.OperationalError) -> bool:
    """Whether the server answered, with a no that waiting does not change."""
    return isinstance(error, _REFUSED) or "authentication failed" in str(error) or "does not exist" in str(error)


def _said(error: psycopg.Error, found: Credentials) -> str:
    text = " ".join(str(error).split())
    return text.replace(found.password, "***") if found.password else text

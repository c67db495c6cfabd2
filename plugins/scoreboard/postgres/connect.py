"""A session with the PostgreSQL server behind an Airflow Connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials, credentials_of

_TRIES, _STEP = 3, 5.0
_EXTRAS = ("sslmode", "sslrootcert", "sslcert", "sslkey")
_HINT = "Is the server running on that host and accepting TCP/IP connections?"
# what a server says that will say the same in five seconds; a connection that failed has no code to ask for
_REFUSALS = (
    "authentication failed",
    "does not exist",
    "is not permitted to log in",
    "is not currently accepting connections",
    "permission denied",
    "no pg_hba.conf entry",
    "pg_hba.conf rejects",
    "certificate",
    "SSL was required",
)
# texts that PostgreSQL and DuckDB read alike, and no limit on what takes as long as it takes (as pg_dump has it),
# whatever the settings of the role and the database are
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# limits that younger versions of PostgreSQL have, too: asked for at the start, an older one would refuse the session
_YOUNGER_LIMITS = ("idle_session_timeout", "transaction_timeout")


def credentials(connection: str, read: Callable[[str, str], Credentials] = credentials_of) -> Credentials:
    """What the Airflow Connection holds. Raises PostgresError naming the fields that are missing."""
    try:
        found = read(connection, "postgres")
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


def options(search_path: str, more: Iterable[str] = ()) -> str:
    """Our settings as libpq sends them when a session starts; `more`: further limits to lift."""
    settings = _SETTINGS | dict.fromkeys(more, "0") | {"search_path": search_path}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def younger_limits(session: Session) -> list[str]:
    """The limits that this server knows beyond those of every version."""
    found = session.execute("select name from pg_settings where name = any(%s) order by 1", (list(_YOUNGER_LIMITS),))
    return [str(name) for (name,) in found.fetchall()]


def open_session(connection: str, found: Credentials | None = None) -> Session:
    """A session that commits each statement unless told otherwise; UTC, UTF-8. `found`: what the connection holds, if known.

    Raises PostgresBusy where the server does not answer (three times), PostgresError where it refuses.
    """
    found = found or credentials(connection)
    attempts = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, psycopg.OperationalError) and not _is_refusal(error)),
        stop=stop_after_attempt(_TRIES),
        wait=wait_fixed(_STEP),
        reraise=True,
    )
    try:
        session: Session = attempts(
            psycopg.connect,
            **parameters(found),
            autocommit=True,
            connect_timeout=15,
            application_name="scoreboard",
            client_encoding="utf8",
            options=options("pg_catalog"),
        )
        for limit in younger_limits(session):
            session.execute("select set_config(%s, '0', false)", (limit,))
        return session
    except psycopg.OperationalError as error:
        said = _said(error, found)
        if _is_refusal(error):
            raise PostgresError(
                f"the connection {connection!r}: PostgreSQL refuses it: {said}. Correct its login, password, schema (the"
                " database) or extra, or what the server allows this user; PostgreSQL is as it was"
            ) from None
        raise PostgresBusy(
            f"the connection {connection!r}: PostgreSQL at {found.host} cannot be reached, {_TRIES} times: {said}."
            " Nothing was changed, there or here; run again later"
        ) from None


def _is_refusal(error: psycopg.OperationalError) -> bool:
    """Whether the server answered, with a no that waiting does not change."""
    return any(words in str(error) for words in _REFUSALS)


def _said(error: psycopg.Error, found: Credentials) -> str:
    text = " ".join(str(error).split()).removesuffix(_HINT).rstrip()
    return text.replace(found.password, "***") if found.password else text

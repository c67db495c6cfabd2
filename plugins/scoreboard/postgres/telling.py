"""What PostgreSQL refused or broke off, as a sentence of ours: whose connection, what is kept safe, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from scoreboard.postgres.errors import PostgresBusy, PostgresError


@contextmanager
def in_words(connection: str, *, needs: str, kept: str) -> Iterator[None]:
    """Raises PostgresBusy (another try may do) or PostgresError for whatever PostgreSQL says within.

    `needs`: the rights its user must have; `kept`: what stays as it was, as half a sentence.
    """
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise PostgresError(
            f"the user of the connection {connection!r} lacks a permission: {_said(error)}. It needs {needs}. {kept}"
        ) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise PostgresError(
            f"the server of the connection {connection!r} does not let it write: {_said(error)}. Name the primary, not a replica,"
            f" and a user without default_transaction_read_only. {kept}"
        ) from error
    except psycopg.OperationalError as error:
        raise PostgresBusy(f"PostgreSQL broke off: {_said(error)}. {kept}; run again") from error
    except psycopg.Error as error:
        raise PostgresError(f"the connection {connection!r}: PostgreSQL says: {_said(error)}. {kept}") from error


def _said(error: psycopg.Error) -> str:
    return " ".join((error.diag.message_primary or str(error)).split())

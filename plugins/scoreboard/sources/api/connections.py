"""Credentials from Airflow Connections: in a task from wherever Airflow keeps them, else from AIRFLOW_CONN_* or its database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connection_fields import KINDS

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET_NAME = re.compile(r"token|secret|password|passwd|key|credential", re.IGNORECASE)


class NoConnection(SourceError):
    """There is no Airflow Connection of that id."""


@dataclass(frozen=True)
class Credentials:
    """What one Airflow Connection holds. `schema` is its field of that name; secrets never show in its repr."""

    connection: str
    host: str = ""
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    schema: str = ""
    port: int | None = None
    kind: str = ""

    def value(self, name: str) -> str:
        """A field by its name in the table of fields: `login`, `extra.api_version`; empty where there is none."""
        place, _, inner = name.partition(".")
        found = self.extra.get(inner) if place == "extra" else getattr(self, place)
        return "" if found is None else str(found).strip()

    def require(self, kind: str) -> None:
        """Raises SourceError naming the fields that are missing for a vendor (or kind of loader), with what they take."""
        known = KINDS[kind]
        lacking = [[each.name for each in way if not self.value(each.name)] for way in known.ways]
        if all(lacking):
            fewest = min(lacking, key=len)
            raise SourceError(
                f"the connection {self.connection!r} lacks {', '.join(fewest)}. For {kind} it takes: {known.in_words()}. "
                "Nothing was read."
            )

    def base_url(self, vendor: str) -> str:
        """`https://host`; plain http only where the host says so and is this machine. Raises SourceError."""
        text = (self.host or KINDS[vendor].default_host).strip().rstrip("/")
        scheme, separator, rest = text.rpartition("://")
        scheme = scheme.lower() if separator else "https"
        if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?", rest):
            raise SourceError(
                f"the connection {self.connection!r} has the host {text!r}; it takes a host only, such as acme.example.com, "
                "without path, query or user. Nothing was read."
            )
        name = rest.rsplit(":", 1)[0] if re.search(r":\d+$", rest) else rest
        if scheme != "https" and not (scheme == "http" and name.strip("[]") in _LOOPBACK):
            raise SourceError(
                f"the connection {self.connection!r} asks for {scheme}://, which would send its secret unencrypted; "
                "leave the scheme out for https. Nothing was read."
            )
        return f"{scheme}://{rest}" + (f":{self.port}" if self.port and name == rest else "")


def credentials_of(connection: str, kind: str) -> Credentials:
    """The Airflow Connection of this id, every secret in it masked in Airflow's logs; `kind` is the vendor or kind of loader.

    Raises NoConnection saying which fields to set, SourceError where Airflow cannot read it.
    """
    found = _airflow_connection(connection)
    if found is None:
        raise NoConnection(
            f"there is no Airflow Connection {connection!r}. Add it in Airflow's UI (Admin, Connections), by `airflow "
            f'connections add` or as AIRFLOW_CONN_{connection.upper()} (README, "Connect your sources"); for {kind} it takes: {KINDS[kind].in_words()}. '
            "Nothing was read."
        )
    try:
        extra = dict(found.extra_dejson)
    except Exception as error:
        raise SourceError(f"the extra of the Airflow Connection {connection!r} is not a JSON object") from error
    credentials = Credentials(
        connection=connection,
        host=(found.host or "").strip(),
        login=(found.login or "").strip(),
        password=(found.password or "").strip(),
        extra=extra,
        schema=(found.schema or "").strip(),
        port=found.port,
        kind=(found.conn_type or "").strip(),
    )
    _mask(credentials, KINDS[kind].secret_extras)
    return credentials


def _mask(credentials: Credentials, secret_extras: set[str]) -> None:
    from airflow.sdk.log import mask_secret

    if credentials.password:
        mask_secret(credentials.password)
    for name, value in credentials.extra.items():
        if name in secret_extras or _SECRET_NAME.search(name):
            mask_secret(value)


def _airflow_connection(connection: str) -> Any:
    """Airflow's Connection, or None. In a task the supervisor is asked; elsewhere the environment, then the database."""
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.execution_time import task_runner

    try:
        return BaseHook.get_connection(connection)
    except AirflowNotFoundException:
        if getattr(task_runner, "SUPERVISOR_COMMS", None) is not None:
            return None  # a task has no other way, and no database
    return _from_database(connection)


def _from_database(connection: str) -> Any:
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.exc import OperationalError, ProgrammingError

    try:
        with create_session() as session:
            found = session.scalar(select(Connection).where(Connection.conn_id == connection))
            if found is not None:
                # decrypted while the session lasts
                _ = found.password, found.extra_dejson
                session.expunge(found)
            return found
    except (OperationalError, ProgrammingError):
        return None  # Airflow has no database yet

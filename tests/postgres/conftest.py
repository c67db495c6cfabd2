from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from scoreboard.postgres.copying import Session
from tests.sources.loaders import postgres_server
from tests.sources.loaders.postgres_server import PASSWORD, Server

_numbers = count(1)
ROLES = ("bi", "care")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgres_server.running() as server, server.connect() as administration:
        administration.execute("create role loader_of_bi login password 'correct horse' createdb")
        for role in ROLES:
            administration.execute(f"create role {role} login password 'correct horse'")
        yield server


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """A fresh database that a user owns who is nobody's superuser."""
    name = f"bi_{next(_numbers)}"
    with server.connect() as administration:
        administration.execute(
            f"create database {name} owner loader_of_bi template template0 lc_collate 'C' lc_ctype 'C.UTF-8'"
        )
        yield name
        administration.execute(f"drop database {name} with (force)")


@pytest.fixture
def connect(server: Server, database: str) -> Iterator[Callable[..., Session]]:
    """Sessions with that database: its owner's, or a role's by name."""
    sessions: list[Session] = []

    def connected(user: str = "loader_of_bi") -> Session:
        session = server.connect(database, user=user, password=PASSWORD)
        session.execute("set timezone = 'UTC'")
        sessions.append(session)
        return session

    yield connected
    for session in sessions:
        session.close()

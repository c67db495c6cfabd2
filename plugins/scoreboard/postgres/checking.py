"""What a PostgreSQL connection is good for, before a run needs it: asked for by `make check-connections`, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scoreboard.postgres import building, grants, views
from scoreboard.postgres.connect import credentials, open_session
from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresError
from scoreboard.postgres.telling import in_words
from scoreboard.settings import Settings
from scoreboard.sources.api.base import Finding
from scoreboard.sources.api.connections import Credentials
from scoreboard.warehouse.quoting import fill, identifier

_OLDEST = 140_000


def check_publishing(settings: Settings, read: Callable[[str, str], Credentials]) -> Iterator[Finding]:
    """Of the connection that shows what is published. Raises PostgresError where it cannot be used at all."""
    connection = settings.publish_to_postgres
    with _session(connection, read) as session, in_words(connection, needs="to read its catalogue", kept=""):
        yield from _server(session)
        yield from _schemas(session, views.SCHEMAS)
        yield from _readers(settings, session)
        shown = views.shown_version(session)
        yield Finding("shown", True, shown or "nothing yet; `make publish-postgres` shows what is published")


def check_building(settings: Settings, read: Callable[[str, str], Credentials]) -> Iterator[Finding]:
    """Of the connection in whose database dbt builds. Raises PostgresError where it cannot be used at all."""
    connection = settings.target_connection
    with _session(connection, read) as session, in_words(connection, needs="to read its catalogue", kept=""):
        yield from _server(session)
        yield from _schemas(session, building.SCHEMAS)
        try:
            building.require_fit(session, connection)
            yield Finding("text", True, "is ordered by its bytes, every letter folds")
        except PostgresError as error:
            yield Finding("text", False, _without_fate(error))


def _session(connection: str, read: Callable[[str, str], Credentials]) -> Session:
    return open_session(connection, credentials(connection, read))


def _server(session: Session) -> Iterator[Finding]:
    row = session.execute(
        "select current_database(), current_user, current_setting('server_version_num')::int,"
        " pg_is_in_recovery() or current_setting('transaction_read_only')::boolean"
    ).fetchone()
    database, user, version, only_reads = row or ("", "", 0, True)
    info = session.info
    said = f"PostgreSQL {info.parameter_status('server_version')} at {info.host}:{info.port}, database {database}, as {user}"
    if version < _OLDEST:
        yield Finding("server", False, f"{said}: 14 or later is needed")
    else:
        yield Finding("server", True, said)
    if only_reads:
        yield Finding(
            "server",
            False,
            "it only reads: name the primary, not a replica, and a user without default_transaction_read_only",
        )


def _schemas(session: Session, ours: tuple[str, ...]) -> Iterator[Finding]:
    row = session.execute(
        "select current_user, current_database(), has_database_privilege(current_database(), 'create')"
    ).fetchone()
    user, database, may_create = row or ("", "", False)
    to = identifier(user)
    if not may_create:
        way = fill("grant create on database {database} to {to}", database=identifier(database), to=to)
        yield Finding("schemas", False, f"it may not create any: {way}")
    foreign = session.execute(
        "select nspname, pg_get_userbyid(nspowner) from pg_namespace"
        " where nspname = any(%s) and not pg_has_role(nspowner, 'usage') order by 1",
        (list(ours),),
    ).fetchall()
    for schema, owner in foreign:
        way = fill("alter schema {schema} owner to {to}", schema=identifier(schema), to=to)
        yield Finding("schemas", False, f"{schema} belongs to {owner}: {way}")
    if may_create and not foreign:
        yield Finding("schemas", True, "it may create schemas")


def _readers(settings: Settings, session: Session) -> Iterator[Finding]:
    masked, personal = settings.postgres_readers, settings.postgres_personal_readers
    if not (masked or personal):
        yield Finding(
            "readers", True, "none but its owner and superusers; SCOREBOARD_POSTGRES_READERS names the roles of BI"
        )
        return
    try:
        grants.require_roles(session, [*masked, *personal])
        grants.require_masked(session, [role for role in masked if role not in personal])
    except PostgresError as error:
        yield Finding("readers", False, _without_fate(error))
        return
    named = [
        f"{role} (everything)" if role in personal else f"{role} (masked)"
        for role in dict.fromkeys([*masked, *personal])
    ]
    yield Finding("readers", True, ", ".join(named))


def _without_fate(error: PostgresError) -> str:
    """The sentence without what became of what readers see, of a check that changes nothing."""
    return str(error).replace(". What readers see there stays", "").replace("; nothing was built", "")

"""The live version copied into PostgreSQL for BI tools: its own schema first, then the views, in one instant (docs/decisions/0024)."""

from __future__ import annotations

from typing import Any

import psycopg

from scoreboard import journal
from scoreboard.postgres import grants, version_schema, views
from scoreboard.postgres.connect import open_session
from scoreboard.postgres.copying import Session
from scoreboard.postgres.errors import PostgresBusy
from scoreboard.postgres.telling import in_words
from scoreboard.settings import Settings
from scoreboard.warehouse import versions

# of all sessions that copy or switch, one at a time
_LOCK = 7_245_368_120
NEEDS = "CREATE on the database and to own the schemas marts, marts_now and their masked twins"


def publish_to_postgres(settings: Settings) -> dict[str, Any] | None:
    """Make PostgreSQL show the live version; None where SCOREBOARD_PUBLISH_TO_POSTGRES names no connection.

    May be repeated at any time: what is there already is not copied again. Raises PublishError before the first publish,
    PostgresBusy (another try may do) and PostgresError; readers of PostgreSQL then see what they saw before, and what is
    published in SCOREBOARD_HOME stays published.
    """
    if not settings.publish_to_postgres:
        return None
    versions.require_current(settings)
    connection = settings.publish_to_postgres
    with in_words(connection, needs=NEEDS, kept="What readers see there stays"), open_session(connection) as session:
        shown = show_live(settings, session)
        journal.note_copy(settings, shown["version"])
        return shown


def show_live(settings: Settings, session: Session, *, patience: float = views.PATIENCE) -> dict[str, Any]:
    """As `publish_to_postgres`, over a session that is open; waits `patience` seconds for readers to let go."""
    readers, personal = settings.postgres_readers, settings.postgres_personal_readers
    grants.require_roles(session, [*readers, *personal])
    session.execute("set lock_timeout = '60s'")
    try:
        session.execute("select pg_advisory_lock(%s)", (_LOCK,))
    except psycopg.errors.LockNotAvailable as error:
        raise PostgresBusy("another publish to this database has been at work for a minute; run again later") from error
    session.execute("set lock_timeout = 0")
    try:
        # asked for only now: whoever comes last shows the version that is live by then
        record = versions.require_current(settings)
        before = views.shown_version(session)
        tables, is_copied = version_schema.copy_version(settings, record, session)
        schema = version_schema.schema_name(record)
        anew = views.switch(
            session, schema, tables, patience=patience, grant=lambda: grants.grant(session, tables, readers, personal)
        )
        views.describe(session, tables)
        dropped, held = version_schema.prune(settings, session, schema)
    finally:
        if not session.closed:  # the lock went with a session that broke
            session.execute("select pg_advisory_unlock(%s)", (_LOCK,))
    return {
        "version": record["version"],
        "before": before,
        "schema": schema,
        "tables": len(tables) - 1,
        "copied": is_copied,
        "views_made_anew": anew,
        "dropped_schemas": dropped,
        "held_schemas": held,
    }

"""Who may read what: roles of SCOREBOARD_POSTGRES_READERS the masked views, those of SCOREBOARD_POSTGRES_PERSONAL_READERS all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scoreboard.postgres.copying import Session, run
from scoreboard.postgres.errors import PostgresError
from scoreboard.postgres.version_schema import Table
from scoreboard.postgres.views import MASKED, SCHEMAS, places
from scoreboard.warehouse.quoting import Quoted, fill, identifier, identifiers
from scoreboard.warehouse.tables import SCHEMA


def require_roles(session: Session, roles: Sequence[str]) -> None:
    """Raises PostgresError naming the roles that the server does not have."""
    there = {name for (name,) in session.execute("select rolname from pg_roles").fetchall()}
    missing = [role for role in roles if role not in there]
    if missing:
        raise PostgresError(
            f"PostgreSQL has no role {', '.join(missing)}, which SCOREBOARD_POSTGRES_READERS or"
            f" SCOREBOARD_POSTGRES_PERSONAL_READERS names; {fill('create role {role} nologin', role=identifier(missing[0]))}"
            " makes one. What readers see there stays"
        )


def grant(session: Session, tables: Iterable[Table], readers: Sequence[str], personal_readers: Sequence[str]) -> None:
    """Give the roles what they may read of our views, and take from a reader of masked ones what it was once given beyond.

    What others put into the same schemas is theirs to grant. Raises PostgresError where such a role could still read personal
    columns by another way.
    """
    plain, masked = (
        [identifier(place, table.name) for table in tables for place, is_masked in places(table) if is_masked is which]
        for which in (False, True)
    )
    if personal_readers:
        _give(session, SCHEMAS, [*plain, *masked], personal_readers)
    masked_only = [role for role in readers if role not in personal_readers]
    if not masked_only:
        return
    require_masked(session, masked_only)
    _give(session, tuple(MASKED.values()), masked, masked_only)
    roles = identifiers(masked_only)
    run(session, fill("revoke all on {views} from {roles}", views=Quoted(", ".join(plain)), roles=roles))
    run(session, fill("revoke all on schema {names} from {roles}", names=identifiers(MASKED), roles=roles))
    _require_no_other_way(session, masked_only)


def require_masked(session: Session, roles: Sequence[str]) -> None:
    """Raises PostgresError for a role that no mask hides anything from: a superuser, or a member of the owner of the schemas."""
    found = session.execute(
        "select rolname, %s from pg_roles where rolname = any(%s) and pg_has_role(oid, current_user, 'member') order by 1",
        (SCHEMA, list(roles)),
    ).fetchone()
    _refuse(found)


def _require_no_other_way(session: Session, roles: Sequence[str]) -> None:
    """No role may use the schemas of the plain views, now that what we gave is taken back."""
    found = session.execute(
        "select rolname, nspname from pg_roles as role cross join pg_namespace as schema"
        " where rolname = any(%s) and nspname = any(%s) and has_schema_privilege(role.oid, schema.oid, 'usage') order by 1, 2",
        (list(roles), list(MASKED)),
    ).fetchone()
    _refuse(found)


def _refuse(found: tuple[str, str] | None) -> None:
    if found:
        raise PostgresError(
            f"the role {found[0]} of SCOREBOARD_POSTGRES_READERS may use the schema {found[1]} all the same, as a superuser, its"
            " owner, a member of another role or through PUBLIC: it would see personal data. Give BI a role of its own, or name"
            " this one in SCOREBOARD_POSTGRES_PERSONAL_READERS. What readers see there stays"
        )


def _give(session: Session, schemas: Sequence[str], views: Sequence[Quoted], roles: Sequence[str]) -> None:
    names, to = identifiers(schemas), identifiers(roles)
    run(session, fill("grant usage on schema {names} to {to}", names=names, to=to))
    run(session, fill("grant select on {views} to {to}", views=Quoted(", ".join(views)), to=to))

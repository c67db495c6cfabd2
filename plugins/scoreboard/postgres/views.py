"""The stable names readers use: views in `marts` and `marts_now`, and their masked twins, all switched in one transaction.

A reader holds a lock on every view it has read until its transaction ends, so that the switch waits for it: nobody sees two
versions in one transaction. The switch waits briefly, again and again, and never long enough to make a reader a deadlock's victim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic, sleep

import psycopg

from scoreboard.postgres.copying import Session, run
from scoreboard.postgres.errors import PostgresBusy, PostgresError
from scoreboard.postgres.personal import is_personal
from scoreboard.postgres.version_schema import NOW, VERSION_SCHEMA, VERSION_TABLE, Table
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal
from scoreboard.warehouse.tables import SCHEMA, SCHEMA_NOW

MASKED = {SCHEMA: f"{SCHEMA}_masked", SCHEMA_NOW: f"{SCHEMA_NOW}_masked"}
SCHEMAS = (*MASKED, *MASKED.values())
PATIENCE = 60.0
_PAUSE = 0.25
# below PostgreSQL's deadlock_timeout of a second: of two that wait for each other it is always we who give up
_LOCK_WAIT = "600ms"

View = tuple[str, str]
Columns = list[tuple[str, str]]


def switch(
    session: Session, schema: str, tables: list[Table], *, patience: float = PATIENCE, grant: Callable[[], None]
) -> list[str]:
    """Point every view at the tables of `schema`, in one transaction; returns the views made anew, which lost their own grants.

    `grant` runs in the same transaction. Raises PostgresBusy naming who would not let go, PostgresError where something that
    others built stands in the way; readers then see what they saw before.
    """
    for name in SCHEMAS:
        run(session, fill("create schema if not exists {schema}", schema=identifier(name)))
    wanted = _wanted(schema, tables)
    started = monotonic()
    while True:
        try:
            with session.transaction():
                there = _views(session)
                _lock(session, there)
                anew = _repoint(session, schema, wanted, there)
                grant()
            return anew
        except (
            psycopg.errors.LockNotAvailable,
            psycopg.errors.QueryCanceled,
            psycopg.errors.DeadlockDetected,
        ) as error:
            if monotonic() - started > patience:
                raise PostgresBusy(
                    f"the views could not be switched for {patience:.0f} s, because somebody is in the middle of reading:"
                    f" {_holders(session)}. Readers still see the version before, complete; run again when they are done"
                ) from error
            sleep(_PAUSE)
        except psycopg.errors.DependentObjectsStillExist as error:
            raise PostgresError(
                f"a view whose columns changed must be made anew, and something that is not ours is built upon it:"
                f" {error.diag.message_primary}; {error.diag.message_detail}. Readers still see the version before, complete."
                " Drop it or have it selected from elsewhere, run `make publish-postgres`, and create it again"
            ) from error


def describe(session: Session, tables: Iterable[Table]) -> None:
    """Carry the descriptions of tables and columns over to the views, so that BI tools show them."""
    statements = []
    for table in tables:
        for schema, is_masked in places(table):
            view = identifier(schema, table.name)
            about = literal(table.comment) if table.comment else Quoted("null")
            statements.append(fill("comment on view {view} is {text}", view=view, text=about))
            for column in table.columns:
                hidden = is_masked and _is_hidden(table, column)
                text = ("Masked here: personal data. " if hidden else "") + table.comments.get(column, "")
                statements.append(
                    fill(
                        "comment on column {column} is {text}",
                        column=identifier(schema, table.name, column),
                        text=literal(text.strip()) if text else Quoted("null"),
                    )
                )
    with session.transaction():
        run(session, ";\n".join(statements))


def shown_version(session: Session) -> str | None:
    """The version that readers see here; None before the first."""
    if not _views(session).get((SCHEMA, VERSION_TABLE)):
        return None
    row = run(session, fill("select version from {view}", view=identifier(SCHEMA, VERSION_TABLE))).fetchone()
    return str(row[0]) if row else None


def _wanted(schema: str, tables: Iterable[Table]) -> dict[View, tuple[View, Quoted]]:
    """View -> the table it shows, and its query."""
    wanted = {}
    for table in tables:
        for place, is_masked in places(table):
            columns = [
                fill("cast(null as {kind}) as {name}", kind=Quoted(kind), name=identifier(name))
                if is_masked and _is_hidden(table, name)
                else identifier(name)
                for name, kind in table.columns.items()
            ]
            query = fill(
                "select {columns} from {table}",
                columns=Quoted(", ".join(columns)),
                table=identifier(schema, table.stored_as),
            )
            wanted[(place, table.name)] = ((schema, table.stored_as), Quoted(query))
    return wanted


def places(table: Table) -> list[tuple[str, bool]]:
    """The schemas that show a table, and whether masked."""
    return [(table.schema, False), (MASKED[table.schema], True)]


def _is_hidden(table: Table, column: str) -> bool:
    return table.name != VERSION_TABLE and is_personal(table.name, column)


def _views(session: Session) -> dict[View, bool]:
    """What stands in our schemas and can be selected from -> whether it is ours: a view of nothing but the table of its name."""
    found = session.execute(
        "select place.nspname, class.relname, class.relkind = 'v' and coalesce(("
        " select bool_and(origin.nspname ~ %s and base.relname in (class.relname, class.relname || %s))"
        " from pg_rewrite as rule join pg_depend as needs on needs.classid = 'pg_rewrite'::regclass and needs.objid = rule.oid"
        " and needs.refclassid = 'pg_class'::regclass and needs.refobjid <> class.oid"
        " join pg_class as base on base.oid = needs.refobjid join pg_namespace as origin on origin.oid = base.relnamespace"
        " where rule.ev_class = class.oid), false)"
        " from pg_class as class join pg_namespace as place on place.oid = class.relnamespace"
        " where place.nspname = any(%s) and class.relkind in ('r', 'p', 'v', 'm', 'f')",
        (VERSION_SCHEMA, NOW, list(SCHEMAS)),
    ).fetchall()
    return {(schema, name): is_ours for schema, name, is_ours in found}


def _lock(session: Session, there: dict[View, bool]) -> None:
    ours = sorted(view for view, is_ours in there.items() if is_ours)
    if ours:
        run(session, fill("set local statement_timeout = {wait}", wait=literal(_LOCK_WAIT)))
        names = Quoted(", ".join(identifier(*view) for view in ours))
        run(session, fill("lock table {names} in access exclusive mode", names=names))
        session.execute("set local statement_timeout = 0")


def _repoint(
    session: Session, schema: str, wanted: dict[View, tuple[View, Quoted]], there: dict[View, bool]
) -> list[str]:
    foreign = [".".join(view) for view in wanted if there.get(view) is False]
    if foreign:
        raise PostgresError(
            f"{', '.join(foreign)} in PostgreSQL was not made by Scoreboard and stands where a published table belongs; rename"
            " it, or publish to a database of its own. Nothing was changed"
        )
    anew = []
    for view in [view for view, is_ours in there.items() if is_ours and view not in wanted]:
        run(session, fill("drop view {view}", view=identifier(*view)))
    known = _columns(session, [*SCHEMAS, schema])
    for view, (table, query) in wanted.items():
        name = identifier(*view)
        before = known.get(view, [])
        # a view may get more columns at its end; anything else takes a new view
        if view in there and before != known[table][: len(before)]:
            run(session, fill("drop view {name}", name=name))
            anew.append(".".join(view))
        run(session, fill("create or replace view {name} as {query}", name=name, query=query))
    return anew


def _columns(session: Session, schemas: list[str]) -> dict[View, Columns]:
    """The columns and types of all that stands in some schemas, in order."""
    found = session.execute(
        "select nspname, relname, attname, format_type(atttypid, atttypmod) from pg_attribute"
        " join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = any(%s) and attnum > 0 and not attisdropped order by nspname, relname, attnum",
        (schemas,),
    ).fetchall()
    columns: dict[View, Columns] = {}
    for schema, name, column, kind in found:
        columns.setdefault((schema, name), []).append((column, kind))
    return columns


def _holders(session: Session) -> str:
    found = session.execute(
        "select distinct usename, application_name, client_addr::text, state, xact_start"
        " from pg_stat_activity join pg_locks using (pid)"
        " join pg_class on pg_class.oid = relation join pg_namespace on pg_namespace.oid = relnamespace"
        " where granted and pid <> pg_backend_pid() and nspname = any(%s)",
        (list(SCHEMAS),),
    ).fetchall()
    return (
        "; ".join(
            f"{user} by {application or 'an unnamed program'}"
            # of sessions of other roles no more is shown to who is not a member of pg_read_all_stats
            + (f" from {address or 'this machine'}, {state} since {since:%Y-%m-%d %H:%M} UTC" if since else "")
            for user, application, address, state, since in found
        )
        or "gone by now"
    )

"""The one model in Python, for an engine that runs none (docs/decisions/0014): its table is written the moment dbt comes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from scoreboard.postgres.copying import Session, copy_rows, create_like, fetch_rows, run
from scoreboard.postgres.relations import kinds_of
from scoreboard.warehouse.key_drivers import weights_by_quarter
from scoreboard.warehouse.quoting import fill, identifier

MODEL = "int_key_driver_weights"
_CASES = "int_key_driver_cases_complete"


class PythonModels:
    """A dbt callback; `error` is what went wrong, if anything."""

    def __init__(self, open_session: Callable[[], Session], schema: str) -> None:
        """`schema`: where the build has its intermediate tables."""
        self._open_session = open_session
        self._schema = schema
        self.error: Exception | None = None

    def __call__(self, event: Any) -> None:
        """Write the table when dbt starts on its node; dbt goes on once this returns."""
        if event.info.name != "NodeStart" or event.data.node_info.node_name != MODEL:
            return
        try:
            with self._open_session() as session:
                write_key_driver_weights(session, self._schema)
        # dbt must not fall over what it has no word for: the node fails because its table is not there, and says this
        except Exception as error:
            self.error = error


def write_key_driver_weights(session: Session, schema: str) -> int:
    """int_key_driver_weights from int_key_driver_cases_complete, both in `schema`; returns its rows."""
    target = identifier(schema, MODEL)
    cases = identifier(schema, _CASES)
    with duckdb.connect() as connection, session.transaction():
        connection.execute("set timezone = 'UTC'")
        fetch_rows(session, cases, connection, identifier("cases"), kinds_of(session, schema, _CASES))
        connection.register("computed", weights_by_quarter(connection.table("cases")))
        connection.execute("create table weights as select * from computed")
        run(session, fill("drop table if exists {target} cascade", target=target))
        columns = create_like(connection, identifier("weights"), session, target)
        return copy_rows(connection, identifier("weights"), session, target, columns)

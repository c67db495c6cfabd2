"""Where one landed batch is judged: a temporary DuckDB file over its Parquet, so that no row passes through Python."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import duckdb
import pyarrow.parquet

from expectations._rules.spelling import MACROS
from scoreboard.entities import Entity
from scoreboard.landing.parts import LINEAGE
from scoreboard.landing.store import Batch
from scoreboard.validation.store import is_snapshot
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal

JUDGED = "landed"
"""The table that suites are run on: lineage, and per contract column its text (`amount`, blank text being null) and, where
typed, that text's value (`amount_as_number`, null where it is misspelled). A table, so that each cell is read once however many
rules look at it; DuckDB keeps it on disk."""

RAW = "raw"
"""The view of the landed columns exactly as they are, unknown columns included."""

_MEMORY = "1GB"  # DuckDB spills beyond it: a batch may be larger than the machine


class Workbench(AbstractContextManager["Workbench"]):
    """One batch in a DuckDB file of its own that vanishes on exit.

    `missing` names required columns that did not land; an absent optional column is null in every row.
    """

    def __init__(self, batch: Batch, entity: Entity) -> None:
        self.batch, self.entity = batch, entity
        self._folder = TemporaryDirectory(prefix="scoreboard-door-")
        self.database = Path(self._folder.name) / "batch.duckdb"
        # what is taken along beside the columns: where a vendor's row came from is told row by row
        self.lineage = (*LINEAGE, *(("source_relation",) if is_snapshot(batch) else ()))
        self._names: dict[str, str] = {}
        self.missing: list[str] = []

    def __enter__(self) -> Self:
        with ExitStack() as clearing:
            clearing.callback(self._folder.cleanup)
            self._opened = clearing.enter_context(_opened_as_by_sqlalchemy(self.database))
            self._opened.execute(fill("set memory_limit = {memory}", memory=literal(_MEMORY)))
            spill = str(Path(self._folder.name) / "spill")
            self._opened.execute(fill("set temp_directory = {spill}", spill=literal(spill)))
            with self.connect() as connection:
                connection.begin()
                self._set_up(connection)
                connection.commit()
            self._clearing = clearing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clearing.close()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, in UTC, to the file, which stays open until the workbench is left."""
        connection = self._opened.cursor()
        connection.execute("set TimeZone = 'UTC'")
        return connection

    @property
    def unknown_columns(self) -> list[str]:
        """Landed columns that are neither the contract's nor lineage, in landed order."""
        return [name for name in self._names if name not in self.entity.kinds and name not in self.lineage]

    def raw(self, column: str) -> Quoted:
        """A landed column of `RAW`, to the letter; null where an optional column is absent."""
        return identifier(RAW, self._names[column]) if column in self._names else Quoted("cast(null as varchar)")

    def value_name(self, column: str) -> str:
        """The column of `JUDGED` that holds the typed value of a contract column."""
        kind = self.entity.kinds[column]
        return column if kind == "text" else f"{column}_as_{kind}"

    def _set_up(self, connection: duckdb.DuckDBPyConnection) -> None:
        for macro in MACROS:
            connection.execute(macro)
        connection.execute(
            fill(
                "create view {raw} as select * from read_parquet({paths}, hive_partitioning = false)",
                raw=identifier(RAW),
                paths=_path_list(self.batch.part_paths),
            )
        )
        # DuckDB tells names apart without case: of `amount` and `Amount` the second becomes `Amount_1`
        landed = pyarrow.parquet.read_schema(self.batch.part_paths[0]).names
        described = connection.execute(fill("describe {raw}", raw=identifier(RAW))).fetchall()
        self._names = dict(zip(landed, (row[0] for row in described), strict=True))
        self.missing = [
            column for column in self.entity.columns if column in self.entity.required and column not in landed
        ]
        connection.execute(
            fill(
                "create table {judged} as select {lineage}, {columns} from {raw}",
                judged=identifier(JUDGED),
                lineage=Quoted(", ".join(identifier(name) for name in self.lineage)),
                columns=Quoted(
                    ", ".join(self._judged(column) for column in self.entity.columns if column not in self.missing)
                ),
                raw=identifier(RAW),
            )
        )

    def _judged(self, column: str) -> str:
        kind = self.entity.kinds[column]
        text = fill("as_text({raw}) as {name}", raw=self.raw(column), name=identifier(column))
        if kind == "text":
            return text
        value = fill(
            "as_{kind}(as_text({raw})) as {name}",
            kind=Quoted(kind),
            raw=self.raw(column),
            name=identifier(f"{column}_as_{kind}"),
        )
        return f"{text}, {value}"


def _opened_as_by_sqlalchemy(database: Path) -> duckdb.DuckDBPyConnection:
    """The file opened with the very settings that SQLAlchemy opens it with: only then can Great Expectations read it meanwhile.

    To open it anew for each who reads it would take longer than to judge a few rows.
    """
    from duckdb_engine import Dialect  # takes a while, and a run without news needs none of it

    wrapped = Dialect().connect(str(database))
    connection: duckdb.DuckDBPyConnection = wrapped.duplicate()
    return connection


def _path_list(paths: list[Path]) -> Quoted:
    """A list literal for read_parquet, which takes every path for a pattern: `[`, `*` and `?` are put in brackets."""
    escaped = ("".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path)) for path in paths)
    return Quoted("[" + ", ".join(literal(path) for path in escaped) + "]")

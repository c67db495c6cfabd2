"""Great Expectations on DuckDB: the one place that knows what it takes to run the one on the other.

Great Expectations 1.24 does not name DuckDB among its dialects. It closes the connection before it fetches, and
DuckDB's cursors come back empty: every metric ends in "IndexError: list index out of range". For the dialects in
`_PERSISTED_CONNECTION_DIALECTS` (SQLite among them) it keeps one connection open instead. Adding DuckDB there is all it
takes; a test holds that it still fails without, so that this module shrinks the day it is supported.
Patterns are not supported either: see `expectations/_rules/row_checks.py`.
"""

from __future__ import annotations

import html
import logging
import os
import shutil
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import: nothing is sent anywhere

from scoreboard.validation.when_asked import imported_when_asked

# three expectations that nobody here declares are all it wants it for, and it is a quarter of what is imported
with imported_when_asked("scipy.stats"):
    import great_expectations as gx
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.execution_engine import sqlalchemy_execution_engine as sql_engine
    from great_expectations.render.view import view as page_view
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_SITE = "scoreboard"
_SAMPLE = 0  # offending values kept per rule: the docs' pages show counts only, for they neither mask nor escape what customers wrote


class _Dialect(str):
    """Looks like a member of GXSqlDialect: equal to the dialect's name, with a `value`."""

    value = "duckdb"


def register_duckdb() -> None:
    """Have Great Expectations keep its DuckDB connections open; once is enough, more does no harm."""
    known = sql_engine._PERSISTED_CONNECTION_DIALECTS
    if "duckdb" not in known:
        sql_engine._PERSISTED_CONNECTION_DIALECTS = (*known, _Dialect("duckdb"))


class _CompiledOnce(BytecodeCache):
    """Templates as compiled, for the rest of the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def keep_templates() -> None:
    """Have Great Expectations compile its pages' templates once, not for every site: a quarter of a small domain's time."""
    if not isinstance(page_view.Environment, partial):
        page_view.Environment = partial(page_view.Environment, bytecode_cache=_CompiledOnce())


def _keep_unsaved() -> None:
    """What a context that lives in memory needs to do in order to save its configuration."""


class Session(AbstractContextManager["Session"]):
    """One Great Expectations context, kept in memory: validates tables of DuckDB files, and writes the Data Docs of what it validated."""

    def __init__(self) -> None:
        register_duckdb()
        keep_templates()
        for chatty in ("great_expectations", "great_expectations.data_context.types.base"):
            logging.getLogger(chatty).setLevel(logging.ERROR)
        self._context: Any = gx.get_context(mode="ephemeral")
        # else it writes out its whole configuration after each change, into a memory that nobody reads
        self._context.variables.save = _keep_unsaved
        self._context.variables.progress_bars = {"globally": False}
        # the context's own docs site lies in a temporary folder that nobody would clean up
        for site in list(self._context.get_site_names()):
            self._context.delete_data_docs_site(site)

    def validate(self, database: Path, table: str, name: str, suite: gx.ExpectationSuite, run_name: str) -> Any:
        """Run a suite over one table or view of a DuckDB file that nobody holds open, unless with the settings SQLAlchemy opens it with.

        `name` must be new in this session. Failing row expectations carry `unexpected_index_query`, the full query of
        the offending `_row_id`s. Gives an ExpectationSuiteValidationResult.
        """
        source = self._context.data_sources.add_sql(name, connection_string=f"duckdb:///{database}")
        try:
            batch = source.add_table_asset(name, table_name=table).add_batch_definition_whole_table("whole batch")
            suite.name = name
            definition = gx.ValidationDefinition(name=name, data=batch, suite=self._context.suites.add(suite))
            return self._context.validation_definitions.add(definition).run(
                result_format={
                    "result_format": "SUMMARY",
                    "unexpected_index_column_names": ["_row_id"],
                    "return_unexpected_index_query": True,
                    "partial_unexpected_count": _SAMPLE,
                },
                run_id=RunIdentifier(run_name=run_name),
            )
        finally:
            source.get_execution_engine().close()
            source.get_engine().dispose()

    def write_docs(self, folder: Path) -> Path:
        """Replace the static site at `folder` by one about everything this session validated; gives its index.html."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh, old = (folder.with_name(f".{folder.name}.{uuid4().hex}.{state}") for state in ("new", "old"))
        self._context.add_data_docs_site(
            _SITE,
            {
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(fresh)},
                "show_how_to_buttons": False,
            },
        )
        try:
            self._context.build_data_docs(site_names=[_SITE])
            _list_pages(fresh)
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
        finally:
            self._context.delete_data_docs_site(_SITE)
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
        return folder / "index.html"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self._context.data_sources.all()):
            self._context.data_sources.delete(name)

    def __enter__(self) -> Self:
        return self


def _list_pages(site: Path) -> None:
    """Add plain links to the index: its own table is drawn by scripts from the net, and stays empty where there is none."""
    pages = sorted(path.relative_to(site) for path in (site / "validations").rglob("*.html"))
    links = "".join(f'<li><a href="{quote(str(page))}">{html.escape(page.parts[1])}</a></li>' for page in pages)
    index = site / "index.html"
    body, end, rest = index.read_text(encoding="utf-8").rpartition("</body>")
    index.write_text(f"{body}<h4>Validated batches</h4><ul>{links}</ul>{end}{rest}", encoding="utf-8")

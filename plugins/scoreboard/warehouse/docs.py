"""dbt's own pages about every model and column, as one file that needs no server."""

from __future__ import annotations

from pathlib import Path

from scoreboard import atomic
from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings
from scoreboard.warehouse.dbt import dbt_vars, invoke


class NothingBuilt(ScoreboardError):
    """There is no build file to describe yet."""


def write_dbt_docs(settings: Settings) -> Path:
    """Write reports/dbt_docs/index.html from the last build; gives its path. Raises NothingBuilt."""
    database = settings.build / "warehouse.duckdb"
    if not database.exists():
        raise NothingBuilt(f"{database} is not there yet: run `make demo` or `make run` first")
    target = settings.build / "target"
    invoke(
        ["docs", "generate", "--static"],
        variables=dbt_vars(settings),
        database=database,
        seeds=settings.build / "seeds",
        target=target,
        logs=settings.build / "docs_log",
    )
    page = settings.reports / "dbt_docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(page, (target / "static_index.html").read_bytes())
    return page

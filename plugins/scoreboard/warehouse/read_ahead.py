"""dbt's reading of the project, made by a process of its own while a run still extracts: seven seconds nobody waits for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scoreboard.leaving import leave
from scoreboard.settings import Settings
from scoreboard.warehouse import parsed
from scoreboard.warehouse.dbt import DBT_PROJECT, dbt_vars, invoke
from scoreboard.warehouse.seeds import declared_seeds, lay_out_seeds


@contextmanager
def reading_ahead(settings: Settings) -> Iterator[None]:
    """Read the project beside what the block does, unless a reading is kept that this run can use.

    Who needs it meanwhile waits for it (`parsed.sole_reader`); where it fails, whoever needs it reads for itself, and tells why.
    """
    seeds = [f"{name}.csv" for name in declared_seeds()]
    key = parsed.key_of(DBT_PROJECT, "duckdb", settings.build / "warehouse.duckdb", seeds, dbt_vars(settings), {})
    if parsed.is_kept(DBT_PROJECT, key):
        yield
        return
    nobody = subprocess.DEVNULL
    command = [sys.executable, "-m", __name__]
    reader = subprocess.Popen(command, stdin=nobody, stdout=nobody, stderr=nobody)  # noqa: S603 - our own module
    try:
        yield
    finally:
        reader.kill()
        reader.wait()


def main() -> None:
    """Read the project as the build of this environment's home will, by a command that does nothing else."""
    settings = Settings.from_environment()
    folder = settings.build / "reading"
    lay_out_seeds(settings, folder / "seeds")
    invoke(
        ["list", "--quiet", "--select", "dim_dates"],
        variables=dbt_vars(settings),
        database=settings.build / "warehouse.duckdb",
        seeds=folder / "seeds",
        target=folder / "target",
        logs=folder / "logs",
    )


if __name__ == "__main__":
    main()
    leave(0)

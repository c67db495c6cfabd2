"""Holds a home's published tables against the independent computation: `python -m tests.oracle.check HOME [--inbox DIR]...`.

The pipeline archives what it lands, so keep a copy of the inbox and name it. Several inboxes are several runs, in their order; then closed
periods keep the rows of the run that published them first, as the official tables do (`--now` turns that off, for schema marts_now).
Settings come from HOME/settings.env or, where that is missing, the environment. Exit code 0 only if every cell agrees.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from tests.oracle.areas import area_tables, know
from tests.oracle.company import Tables
from tests.oracle.compare import compare_folder
from tests.oracle.official import keep_closed
from tests.oracle.rules import Rules


def read_settings(path: Path) -> dict[str, str]:
    """Settings of a file of NAME=value lines; the environment's where there is none."""
    if not path.exists():
        return dict(os.environ)
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def computed_tables(home: Path, inboxes: list[Path], settings: dict[str, str], *, now: bool = False) -> Tables:
    """What the tables, the areas' included, should hold after one run over each inbox."""
    if now:
        return _known_after(home, inboxes, settings)
    return official_and_now(home, inboxes, settings)[0]


def official_and_now(home: Path, inboxes: list[Path], settings: dict[str, str]) -> tuple[Tables, Tables]:
    """What the official tables should hold after one run over each inbox, and what is known then."""
    official = now = _known_after(home, inboxes[:1], settings)
    for last in range(2, len(inboxes) + 1):
        now = _known_after(home, inboxes[:last], settings)
        official = keep_closed(official, now)
    return official, now


def _known_after(home: Path, landed: list[Path], settings: dict[str, str]) -> Tables:
    known = know(
        home,
        landed,
        Rules(home / "seeds", settings.get("SCOREBOARD_CURRENCY", "USD")),
        (
            date.fromisoformat(settings["SCOREBOARD_AS_OF"]),
            settings.get("SCOREBOARD_TIMEZONE", "UTC"),
            int(settings.get("SCOREBOARD_FISCAL_START_MONTH", "1")),
        ),
    )
    return known.tables | area_tables(known)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--inbox", type=Path, action="append", help="a copy of what was dropped; once for each run")
    parser.add_argument("--tables", type=Path, help="folder of <table>.parquet, if not HOME/published/parquet")
    parser.add_argument(
        "--now", action="store_true", help="the tables hold what is known now, nothing is kept as published"
    )
    given = parser.parse_args()
    inboxes = given.inbox or [given.home / "inbox"]
    tables = computed_tables(given.home, inboxes, read_settings(given.home / "settings.env"), now=given.now)
    differences = compare_folder(tables, given.tables or given.home / "published" / "parquet")
    for line in differences:
        print(line)
    rows = sum(len(table) for table in tables.values())
    print(f"oracle: {len(differences)} differences over {rows} computed rows, {len(tables['quarantine'])} quarantined")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

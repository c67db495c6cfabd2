"""A sample company for Scoreboard: Kestrelmoor Instruments, which does not exist.

`write_company(home)` drops its files into `home/inbox` and its rule seeds into `home/seeds`. The same seed gives
the same bytes on every machine and every day; `STORY` says what must be found in the published tables.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

from demo.company.build import build
from demo.company.delivery import deliver
from demo.company.mistakes import Ledger, add_versions, bad_rows, blur_references
from demo.company.money import rate_rows
from demo.company.people import BOUGHT_DOMAIN, OWN_DOMAIN
from demo.company.story import STORY, Story
from demo.company.timeline import DEMO_AS_OF

DEMO_ENVIRONMENT = {
    "SCOREBOARD_AS_OF": DEMO_AS_OF.isoformat(),
    "SCOREBOARD_TIMEZONE": "UTC",
    "SCOREBOARD_FISCAL_START_MONTH": "1",
    "SCOREBOARD_CURRENCY": "USD",
}
"""The settings the sample company is made for."""

__all__ = ["DEMO_AS_OF", "DEMO_ENVIRONMENT", "STORY", "InboxNotEmpty", "Story", "write_company", "write_rules"]


class InboxNotEmpty(Exception):
    """The inbox holds files already; the sample company must not be mixed with them."""


def write_company(home: Path, seed: int = 2016) -> dict[str, Any]:
    """Write the sample company below `home` and tell what must become of its rows.

    Returns {"as_of", "seed", "entities": {name: {"files", "landed", "valid", "quarantined", "replaced",
    "deduplicated"}}, "quarantine": [[entity, key, rule]], "excluded": {response_id: reason}, "counted": responses,
    "late_responses": [ids]}. Raises InboxNotEmpty, before anything is written, if files lie in the inbox.
    """
    inbox = home / "inbox"
    present = sorted(path for path in inbox.rglob("*") if path.is_file()) if inbox.exists() else []
    if present:
        raise InboxNotEmpty(
            f"{inbox} already holds {len(present)} files (the first: {present[0].relative_to(inbox)}); nothing was"
            " written. Choose an empty SCOREBOARD_HOME, or move these files away first"
        )
    tables, book = build(seed)
    blur_references(seed, tables)
    ledger = Ledger()
    before, after = add_versions(seed, tables, ledger)
    bad = bad_rows(tables, ledger)
    refused = Counter(name for name, _, _ in ledger.refused)
    entities = {
        name: {
            "files": deliver(inbox, name, before[name], rows, after[name], bad[name]),
            "landed": len(before[name]) + len(rows) + len(after[name]) + len(bad[name]),
            "valid": len(rows),
            "quarantined": refused[name],
            "replaced": ledger.replaced[name],
            "deduplicated": ledger.deduplicated[name],
        }
        for name, rows in tables.items()
    }
    write_rules(home)
    return {
        "as_of": DEMO_AS_OF.isoformat(),
        "seed": seed,
        "entities": entities,
        "quarantine": [list(row) for row in ledger.refused],
        "excluded": dict(book.excluded),
        "counted": len(book.responses) - len(book.excluded),
        "late_responses": book.late,
    }


def write_rules(home: Path) -> None:
    """Write the rule seeds the sample company is told by: exchange rates and its own mail domains."""
    _write_seed(home, "fx_rates", rate_rows())
    _write_seed(home, "internal_domains", [{"domain": OWN_DOMAIN}, {"domain": f" {BOUGHT_DOMAIN.title()} "}])


def _write_seed(home: Path, name: str, rows: list[dict[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = home / "seeds" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode())

"""How the findings of `make check-connections` look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from scoreboard.entities import DOMAINS
from scoreboard.orchestration.check_connections import Checked
from scoreboard.sources.adapters import adapters_for


def show(checked: Iterable[Checked], console: Console) -> bool:
    """Print every connection as soon as it is checked; True if nothing is missing anywhere."""
    seen = missing = 0
    for each in checked:
        seen += 1
        missing += sum(not finding.is_ok for finding in each.findings)
        name = f"{each.adapter}@{each.connection}" if each.connection else each.adapter
        console.print(f"[bold]{escape(name)}[/] for {', '.join(each.serves)}")
        width = max((len(finding.subject) for finding in each.findings), default=0)
        for finding in each.findings:
            mark = Text("✓", "green") if finding.is_ok else Text("✗", "red")
            console.print(Text.assemble("  ", mark, f" {finding.subject:<{width}}  {finding.sentence}"))
    if not seen:
        console.print("Nothing to connect to: every domain is fed from files. What may be set instead or besides:")
        for domain in DOMAINS:
            console.print(f"  SCOREBOARD_{domain.upper()}: {', '.join(adapters_for(domain))}", markup=False)
    elif missing:
        console.print(
            f"{missing} finding{'s' if missing > 1 else ''} to mend. Nothing was landed; run it again afterwards."
        )
    else:
        console.print("Everything that is configured can be used. `make run` does it.")
    return not missing

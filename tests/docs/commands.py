"""The commands of the documentation: taken out of a page, and run as a reader would run them, one after another in one shell."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scoreboard.settings import PROJECT_ROOT, Settings

DOCS = PROJECT_ROOT / "docs"
_PATIENCE = 1800  # seconds a page may take on a machine that is busy elsewhere
_BLOCK = re.compile(
    r"(?:<!-- test: (?P<note>[^>]*) -->\n)?^(?P<indent> *)```bash\n(?P<body>.*?)^ *```$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """One block of commands; `note` is where else it is run, empty if here."""

    body: str
    note: str


def blocks_of(page: Path) -> list[Block]:
    """The shell blocks of a page in order, without the indentation of the list they stand in."""
    found = []
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        indent = len(match["indent"])
        body = "".join(
            line[indent:] if line[:indent].isspace() else line for line in match["body"].splitlines(keepends=True)
        )
        found.append(Block(body, (match["note"] or "").strip()))
    return found


def run_page(page: Path, settings: Settings, scratch: Path, instead: Mapping[str, str] | None = None) -> str:
    """Run a page's own blocks in one shell with the home of `settings`; gives what they printed. Fails at the first that fails.

    `instead`: what only a reader has, and what stands in for it here.
    """
    (scratch / "installed").touch()  # newer than the lock file: nothing is to be installed
    tools = Path(sys.executable).parent
    script = "set -euo pipefail\n" + "\n".join(block.body for block in blocks_of(page) if not block.note)
    script = script.replace(".venv/bin/", f"{tools}/").replace("var/demo-files", str(settings.home))
    for theirs, ours in (instead or {}).items():
        assert theirs in script, theirs
        script = script.replace(theirs, ours)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SCOREBOARD_", "AIRFLOW"))}
    environment |= {
        "SCOREBOARD_HOME": str(settings.home),
        "SCOREBOARD_AS_OF": settings.as_of.isoformat(),
        "SCOREBOARD_SETTLE_SECONDS": "0",
        "MAKEFLAGS": f"BIN={tools} INSTALLED={scratch / 'installed'}",
    }
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = shell.communicate(timeout=_PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)  # whatever a page started ends with it
    assert shell.returncode == 0, f"{page.name}:\n{said[-4000:]}"
    return said

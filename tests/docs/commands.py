"""The commands of the documentation: taken out of a page, and run as a reader would run them, one after another in one shell.

A page with commands is declared by the test that runs them (`@runs("operations.md")`): when that test has passed, every command of the
page was run by it to the letter, or the test fails after all. test_every_page.py finds the pages that nobody declares.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from scoreboard.settings import PROJECT_ROOT, Settings

DOCS = PROJECT_ROOT / "docs"
COMMANDS = ("bash", "python", "sql")
"""Languages of blocks that a reader types somewhere; every other block is read, not run."""
TOOLS = Path(sys.executable).parent
_PATIENCE = 1800  # seconds a page may take on a machine that is busy elsewhere
_FENCE = re.compile(
    r"(?:^ *<!-- test: (?P<note>[^>]*) -->\n)?^(?P<indent> *)```(?P<language>[\w+-]*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)

declared: set[tuple[str, str]] = set()
"""(page, language) of everything that some test says it runs."""
_ran: set[str] = set()  # the text of every block that was run since the test at work began


@dataclass(frozen=True)
class Block:
    """One block of a page, without the indentation of the list it stands in.

    `note` is what a comment above it says; it excuses nothing but what a test asks it of by name.
    """

    page: str
    language: str
    body: str
    note: str = ""

    @property
    def in_a_shell(self) -> str:
        """What a shell is given: a block of Python goes to the locked environment's own."""
        if self.language == "python":
            return f".venv/bin/python - <<'END_OF_BLOCK'\n{self.body}END_OF_BLOCK\n"
        assert self.language == "bash", self
        return self.body


FIRST_COMMAND = Block("tutorial.md", "bash", "make demo SOURCES=files\n")
"""What makes the sample company that most tests look at; see tests/sample.py."""


def blocks_of(page: str | Path, *languages: str) -> list[Block]:
    """The blocks of a page in order; of these languages, if any are named."""
    path = DOCS / page
    found = []
    for match in _FENCE.finditer(path.read_text(encoding="utf-8")):
        indent = len(match["indent"])
        body = "".join(
            line[indent:] if line[:indent].isspace() else line for line in match["body"].splitlines(keepends=True)
        )
        found.append(Block(str(page), match["language"], body, (match["note"] or "").strip()))
    return [block for block in found if not languages or block.language in languages]


def runs(*pages: str, languages: Sequence[str] = ("bash",)) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare that a test runs every command of these pages; it fails if it passes without having done so."""

    def declare(test: Callable[..., None]) -> Callable[..., None]:
        declared.update((page, language) for page in pages for language in languages)

        @wraps(test)
        def tried(*args: Any, **kwargs: Any) -> None:
            _ran.clear()
            test(*args, **kwargs)
            for page in pages:
                for block in blocks_of(page, *languages):
                    assert block.body in _ran, f"{page}: nobody ran\n{block.body}"

        return tried

    return declare


def note_run(*blocks: Block) -> None:
    """Somebody ran them, by other means than a shell."""
    _ran.update(block.body for block in blocks)


def woven(*pages: Iterable[Block], at: str = "make run") -> list[Block]:
    """One list out of several: what each of them does up to its line `at`, that line once for all of them, then the rest of each.

    A run of the pipeline takes a minute, and one of them serves every reader who came up to it.
    """
    line = re.compile(rf"^{at}\n", re.MULTILINE)
    heads: list[Block] = []
    tails: list[Block] = []
    for blocks in pages:
        before = heads
        for block in blocks:
            found = line.search(block.body)
            if not found or before is tails:
                before.append(block)
                continue
            note_run(block)
            heads.append(Block(block.page, block.language, block.body[: found.start()]))
            tails.append(Block(block.page, block.language, block.body[found.end() :]))
            before = tails
    return [*heads, Block("what they all wait for", "bash", f"{at}\n"), *tails]


def run_blocks(
    blocks: Sequence[Block],
    settings: Settings,
    scratch: Path,
    instead: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    where: Path = PROJECT_ROOT,
) -> str:
    """Run these blocks in one shell with the home of `settings`; gives what they printed. Fails at the first that fails.

    `instead`: what only a reader has, and what stands in for it here. `environment`: what a reader's machine has besides.
    """
    (scratch / "installed").touch()  # newer than the lock file: nothing is to be installed
    script = "set -euo pipefail\n" + "\n".join(f"echo '# {block.page}'\n{block.in_a_shell}" for block in blocks)
    for theirs, ours in (instead or {}).items():
        assert theirs in script, theirs
        script = script.replace(theirs, ours)
    script = script.replace(".venv/bin/", f"{TOOLS}/")
    script = re.sub(r"\bvar/demo(-files)?(?=[\s/])", str(settings.home), script)
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=where,
        env=_environment(settings, scratch) | dict(environment or {}),
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
    assert shell.returncode == 0, said[-6000:]
    note_run(*blocks)
    return said


def run_page(
    page: str | Path,
    settings: Settings,
    scratch: Path,
    instead: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run all that a page lets its reader type into a shell."""
    return run_blocks(blocks_of(page, "bash"), settings, scratch, instead, environment)


def _environment(settings: Settings, scratch: Path) -> dict[str, str]:
    """A reader's: none of this suite's own settings, and what a page says is installed."""
    ours = ("SCOREBOARD_", "AIRFLOW", "MAKE", "MFLAGS")  # a reader does not type within another make
    kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "SCOREBOARD_HOME": str(settings.home),
        "SCOREBOARD_AS_OF": settings.as_of.isoformat(),
        "SCOREBOARD_SETTLE_SECONDS": "0",
        "MAKEFLAGS": f"BIN={TOOLS} INSTALLED={scratch / 'installed'}",
    }

"""Reference of commands and settings, out of the Makefile, the command line and the README."""

from __future__ import annotations

import re

from scoreboard.settings import PROJECT_ROOT

_TARGET = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)
_SETTINGS = "| setting | meaning | default |"


def commands_page() -> str:
    """Markdown: every make target, and every command behind them with its options."""
    from scoreboard.cli import command_line

    targets = _TARGET.findall((PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"))
    parser = command_line()
    [commands] = [action for action in parser._actions if getattr(action, "choices", None)]
    helps = {name: sub.format_help() for name, sub in dict(commands.choices or {}).items()}
    return "\n".join(
        [
            "# Commands",
            "",
            "`make` runs them in the locked environment; `make <target> UV=` insists on plain pip.",
            "",
            "| target | what it does |",
            "|---|---|",
            *(f"| `make {name}` | {_cell(said)} |" for name, said in targets),
            "",
            "Behind most of them stands `.venv/bin/python -m scoreboard <command>` (with `PYTHONPATH=plugins:.`):",
            "",
            *(f"## {name}\n\n```text\n{said.strip()}\n```\n" for name, said in sorted(helps.items())),
        ]
    )


def settings_page() -> str:
    """Markdown: the README's table of settings, which a test holds against the code."""
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = readme.index(_SETTINGS)
    end = next(place for place in range(start, len(readme)) if not readme[place].startswith("|"))
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables, read once when a command starts. A value that cannot be used stops it, naming the variable.",
            "",
            *(line.replace("](docs/", "](../") for line in readme[start:end]),
            "",
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

"""What mkdocs calls while it builds: puts the pages that the code writes among those that people wrote."""

from __future__ import annotations

import re
from typing import Any

from mkdocs.structure.files import File

from scoreboard.settings import PROJECT_ROOT
from scoreboard.site.commands import commands_page, settings_page
from scoreboard.site.tables import rules_page, tables_page

_FETCHED = re.compile(r'<script src="?https://[^>]*></script>')  # the theme's helper for searching from the disk


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages."""
    for path, write in {
        "reference/tables.md": tables_page,
        "reference/rules.md": rules_page,
        "reference/commands.md": commands_page,
        "reference/settings.md": settings_page,
        "decisions/index.md": decisions_page,
    }.items():
        files.append(File.generated(config, path, content=write()))
    return files


def decisions_page() -> str:
    """Markdown: the decisions by number, each by its own title."""
    lines = []
    for path in sorted((PROJECT_ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        lines.append(f"- [{title}]({path.name})")
    return "# Decisions\n\nWhat a newcomer would question, and why it is so.\n\n" + "\n".join(lines) + "\n"


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Leave out what only the tests read."""
    return re.sub(r"^ *<!-- test: .*? -->\n", "", markdown, flags=re.MULTILINE)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Nothing is fetched from elsewhere: pages opened from the disk have no search, served ones have."""
    return _told(output)


def on_post_template(output: str, template_name: str, config: Any) -> str:
    """The same for the pages of the theme itself."""
    return _told(output)


def _told(output: str) -> str:
    """Without what is fetched from elsewhere, and with the name that the theme's search lacks for screen readers."""
    named = output.replace(
        'data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'
    )
    return _FETCHED.sub("", named)

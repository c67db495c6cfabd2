"""`make docs`: the documentation as pages that open from the disk."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scoreboard.errors import ScoreboardError
from scoreboard.settings import PROJECT_ROOT, Settings


class SiteBroken(ScoreboardError):
    """A page links to what is not there, or is in no menu; nothing was written over the pages of before."""


def build_site(settings: Settings) -> Path:
    """Build the pages into reports/site and give the first one's path; raises SiteBroken with mkdocs' own words."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    folder = settings.reports / "site"
    settings.reports.mkdir(parents=True, exist_ok=True)
    # aside first: mkdocs empties its folder, and looks at the links only when every page is written
    with _listening() as heard, tempfile.TemporaryDirectory(prefix=".site-", dir=settings.reports) as aside:
        made = Path(aside) / "site"
        try:
            build(load_config(str(PROJECT_ROOT / "mkdocs.yml"), site_dir=str(made)))
        except MkDocsException as error:
            raise SiteBroken(f"the documentation cannot be built: {'; '.join([*heard.said, str(error)])}") from error
        shutil.rmtree(folder, ignore_errors=True)
        made.replace(folder)
    return folder / "index.html"


@contextmanager
def _listening() -> Iterator[_Heard]:
    """What mkdocs complains of, kept instead of printed."""
    logger = logging.getLogger("mkdocs")
    before, heard = (logger.level, logger.propagate), _Heard()
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(heard)
    try:
        yield heard
    finally:
        logger.removeHandler(heard)
        logger.level, logger.propagate = before


class _Heard(logging.Handler):
    """Keeps what mkdocs complains of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember one complaint."""
        self.said.append(record.getMessage())

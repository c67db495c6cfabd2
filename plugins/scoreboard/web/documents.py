"""Files that runs wrote and the page links to: award reports, review packs, dbt's and Great Expectations' own pages.

Only files of these kinds below reports/ are ever given out, whatever an address says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scoreboard.reports.account_pack import pack_name
from scoreboard.settings import Settings

QUARTER = r"\d{4}-Q[1-4]"
AWARD_FORMATS = ("html", "pdf", "xlsx", "csv")
PACK_FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Documents:
    """What there is to link to: (quarter, formats) of award reports, newest first, and the two kinds of evidence."""

    award_reports: list[tuple[str, list[str]]]
    has_dbt_docs: bool
    data_docs: list[str]


def listed(settings: Settings) -> Documents:
    """What lies in reports/ now."""
    folders = [path for path in settings.reports.glob("*") if re.fullmatch(QUARTER, path.name)]
    reports = [
        (folder.name, [kind for kind in AWARD_FORMATS if (folder / f"award_report.{kind}").is_file()])
        for folder in sorted(folders, reverse=True)
    ]
    return Documents(
        award_reports=[(quarter, kinds) for quarter, kinds in reports if kinds],
        has_dbt_docs=(settings.reports / "dbt_docs" / "index.html").is_file(),
        data_docs=sorted(path.parent.name for path in settings.reports.glob("data_docs/*/index.html")),
    )


def award_report(settings: Settings, quarter: str, kind: str) -> Path | None:
    """The award report of a quarter in one format, if it was written."""
    if not re.fullmatch(QUARTER, quarter) or kind not in AWARD_FORMATS:
        return None
    return _inside(settings, f"{quarter}/award_report.{kind}")


def review_pack(settings: Settings, quarter: str, account_id: str, kind: str) -> Path | None:
    """An account's review pack in one format, if it was written."""
    if not re.fullmatch(QUARTER, quarter) or kind not in PACK_FORMATS:
        return None
    return _inside(settings, f"{quarter}/accounts/{pack_name(account_id)}.{kind}")


def packs_of(settings: Settings, quarter: str, account_id: str) -> list[str]:
    """The formats in which an account's pack of a quarter lies there."""
    return [kind for kind in PACK_FORMATS if review_pack(settings, quarter, account_id, kind)]


def evidence(settings: Settings, kind: str, path: str) -> Path | None:
    """A file of `dbt_docs` or `data_docs`."""
    return _inside(settings, f"{kind}/{path}", below=settings.reports / kind)


def _inside(settings: Settings, name: str, below: Path | None = None) -> Path | None:
    """The regular file of that name, unless a link or a `..` leads out of the folder."""
    root = (below or settings.reports).resolve()
    try:
        path = (settings.reports / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):  # a name the file system does not take
        return None

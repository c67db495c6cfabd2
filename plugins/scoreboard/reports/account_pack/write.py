"""Writing the packs of a quarter: one page and one PDF per account, below reports/<quarter>/accounts/."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from pathlib import Path

from scoreboard import atomic
from scoreboard.progress import each
from scoreboard.quarter import Quarter
from scoreboard.reports.account_pack.content import content_of
from scoreboard.reports.account_pack.facts import Facts, read_facts
from scoreboard.reports.account_pack.paper import font_note
from scoreboard.reports.charts import Picture, gap_bars, score_trend
from scoreboard.reports.html import render
from scoreboard.reports.pdf import for_paper, set_pdf
from scoreboard.settings import Settings
from scoreboard.warehouse.reader import open_published

log = logging.getLogger(__name__)

_LOGGED_EVERY = 50
# without small letters: on a disk that does not tell them from capitals two plain ids are still two files
_PLAIN = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,79}(\.[A-Z0-9_-]{1,40})?")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def write_account_packs(
    settings: Settings,
    quarter: Quarter,
    accounts: Iterable[str] | None = None,
    *,
    pdf: bool = True,
) -> list[Path]:
    """Write the packs of the accounts asked for, by default of all key and strategic ones; returns the files' paths.

    All figures come from the live version, so the same version gives the same bytes. Raises UnknownAccount before anything is written, PublishError before the first publish.
    """
    with open_published(settings) as published:
        every = read_facts(published, quarter, accounts)
    folder = settings.reports / quarter.label / "accounts"
    paths = []
    for number, facts in enumerate(each("account packs", every, "accounts"), 1):
        paths += _write(folder, facts, pdf)
        if number % _LOGGED_EVERY == 0 or number == len(every):
            log.info("%d of %d account packs of %s written", number, len(every), quarter.label)
    return paths


def pack_name(account_id: str) -> str:
    """The file name of an account's pack without its ending: an id of capitals and digits as it is, else what is plain of it and a hash."""
    if _PLAIN.fullmatch(account_id):
        return account_id
    mark = hashlib.sha256(account_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return "-".join(part for part in (_UNSAFE.sub("-", account_id).strip("-")[:60], mark) if part)


def _write(folder: Path, facts: Facts, pdf: bool) -> list[Path]:
    content = content_of(facts)
    pictures = _pictures(facts)
    name = pack_name(facts.account_id)
    paths = [atomic.write_text(folder / f"{name}.html", render("account_review.html.j2", **content, pictures=pictures))]
    if pdf:
        paper = for_paper(content) | {
            "alts": {key: picture.alt for key, picture in pictures.items()},
            "font_note": font_note(content, f"{name}.html"),
        }
        drawings = {key: picture.svg for key, picture in pictures.items()}
        paths.append(atomic.write_bytes(folder / f"{name}.pdf", set_pdf("account_review.typ", paper, drawings)))
    return paths


def _pictures(facts: Facts) -> dict[str, Picture]:
    """The charts with something to show."""
    name = str(facts.review["account_name"])
    pictures = {}
    if facts.shown_scores and facts.threshold is not None:
        pictures["trend"] = score_trend(facts.shown_scores, facts.threshold, name)
    if any(row["gap_kind"] == "perception" for row in facts.gaps):
        pictures["gaps"] = gap_bars(facts.gaps, name)
    return pictures

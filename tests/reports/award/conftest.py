"""Fixtures of the tests of the award report: a full company reported once, and charts left out where they are not looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from scoreboard.settings import Settings
from tests.marts_fixture import settings_for
from tests.reports.award.company import Q1, full_company, no_charts, written

__all__ = ["no_charts"]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A company with something in every table, published and reported once."""
    settings = settings_for(tmp_path_factory.mktemp("formats") / "home")
    written(settings, full_company(), Q1)
    return settings


@pytest.fixture(scope="session")
def folder(settings: Settings) -> Path:
    return settings.reports / Q1.label


def pdf_text(folder: Path) -> str:
    """All that is on the paper, without blanks, running heads and feet."""
    lines: list[str] = []
    for sheet in PdfReader(folder / "award_report.pdf").pages:
        found = [re.sub(r"\s", "", line) for line in sheet.extract_text().splitlines()]
        lines += [
            line for line in found if not re.fullmatch(r"Awardreport·quarter[^(]*|Versionv000001.*|Page\d+of\d+", line)
        ]
    return "".join(lines)

"""Every command of the tutorial and of the how-to pages does what the page says, in the order of the page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demo.vendors.company import vendor_company
from demo.vendors.demo import running
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.docs.commands import DOCS, Block, blocks_of, run_page
from tests.pipeline import settings_for
from tests.sample import copy_of
from tests.sources.loaders import postgres_server

PAGES = {  # page -> what its commands must have shown in the end
    "alerts.md": ["sent"],
    "tutorial.md": ["not_eligible", "counted", "conflicting_duplicate", "nothing to go back to yet"],
    "how-to/change-the-tier-rule.md": ["Published", "marginal"],
    "how-to/move-to-spark.md": ["tables in"],
}

ALONE = (
    "how-to/connect-salesforce.md",
    "how-to/move-to-postgresql.md",
    "how-to/add-a-survey.md",
    "how-to/restate-a-quarter.md",
)
"""Pages that need a vendor, a server or another page before them, with tests of their own."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, published_sample: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published_sample.home, home, symlinks=True)

    said = run_page(DOCS / page, settings_for(home, str(published_sample.as_of)), tmp_path)

    for words in PAGES[page]:
        assert words in said, (words, said[-3000:])


def test_a_survey_added_late_counts_and_is_made_official(published_sample: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published_sample.home, home, symlinks=True)
    settings = settings_for(home, str(published_sample.as_of))

    added = run_page(DOCS / "how-to" / "add-a-survey.md", settings, tmp_path)
    restated = run_page(DOCS / "how-to" / "restate-a-quarter.md", settings, tmp_path)

    assert "R-ONB-1" in added and "true" in added
    assert "fct_satisfaction_quarterly" in restated
    assert "award_report.html" in restated


def test_connecting_salesforce_does_what_the_page_says(tmp_path: Path) -> None:
    page = DOCS / "how-to" / "connect-salesforce.md"
    with running(vendor_company(accounts=3), ("salesforce",)) as addresses:
        said = run_page(
            page,
            settings_for(tmp_path / "home", "2026-04-20"),
            tmp_path,
            {
                "acme.my.salesforce.com": addresses["salesforce"],
                "$CONSUMER_KEY": CLIENT_ID,
                "$CONSUMER_SECRET": CLIENT_SECRET,
            },
        )

    assert "✓ Account " in said
    assert "✗" not in said
    assert CLIENT_SECRET not in said


def test_showing_what_is_published_in_postgresql_does_what_the_page_says(
    published_sample: Settings, tmp_path: Path
) -> None:
    settings = copy_of(published_sample, tmp_path / "home")
    with postgres_server.running() as server, server.connect() as administration:
        administration.execute("create role scoreboard login password 'secret'")
        administration.execute("create role bi login password 'secret'")
        administration.execute("create role care login password 'secret'")
        administration.execute("create database insight owner scoreboard")
        run_page(
            DOCS / "how-to" / "move-to-postgresql.md",
            settings,
            tmp_path,
            {"db.example.com:5432": f"127.0.0.1:{server.port}"},
        )
        with server.connect("insight", user="bi", password="secret") as reader:  # noqa: S106 - of a server of the test
            assert reader.execute("select count(*) from marts_masked.dim_projects").fetchone() > (0,)


def test_every_page_with_commands_is_tried_or_says_where_it_is() -> None:
    for page in DOCS.rglob("*.md"):
        name = str(page.relative_to(DOCS))
        if name in PAGES or name in ALONE or name.startswith("decisions/"):
            continue
        for block in blocks_of(page):
            assert block.note, f"{name}: nobody runs\n{block.body}"


def test_what_a_page_says_of_other_tests_is_there() -> None:
    for page in DOCS.rglob("*.md"):
        for block in blocks_of(page):
            if block.note:
                assert is_there(block), f"{page.name}: {block.note}"


def is_there(block: Block) -> bool:
    """Whether the note names a test file that exists, or says plainly why nobody can run it here."""
    return (
        block.note.startswith("cannot be run here: ") or (PROJECT_ROOT / block.note.removeprefix("run by ")).is_file()
    )


def test_a_page_whose_command_fails_is_noticed(published_sample: Settings, tmp_path: Path) -> None:
    page = tmp_path / "broken.md"
    page.write_text("```bash\ntrue\n```\n\n```bash\nfalse\n```\n")
    with pytest.raises((AssertionError, ValueError)):
        run_page(page, published_sample, tmp_path)

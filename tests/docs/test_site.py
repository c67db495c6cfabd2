"""The documentation's pages: all of them, each link leading somewhere, nothing fetched from elsewhere."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.site import build
from scoreboard.site.commands import commands_page, settings_page
from scoreboard.site.tables import rules_page, tables_page
from scoreboard.warehouse.tables import TABLES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build_site(Settings(home=tmp_path_factory.mktemp("home"), as_of=date(2026, 4, 20))).parent


def test_every_page_that_somebody_wrote_is_there(site: Path) -> None:
    for page in (PROJECT_ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(PROJECT_ROOT / "docs").with_suffix(".html")).is_file(), page


def test_a_list_of_steps_stays_one_list(site: Path) -> None:
    for page in (PROJECT_ROOT / "docs").rglob("*.md"):
        written = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        made = (site / page.relative_to(PROJECT_ROOT / "docs").with_suffix(".html")).read_text()
        article = made[made.index("<article") : made.index("</article>")]
        assert article.count("<ol") == len(re.findall(r"^ *1\. ", written, re.MULTILINE)), page
        assert "```" not in article, page


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        fetched = re.findall(
            r'<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)="?(https?:[^"\s>]+)', page.read_text()
        )
        fetched = [address for address in fetched if "rel=canonical" not in address]
        assert fetched == [], page


def test_every_published_table_and_column_is_described() -> None:
    page = tables_page()
    for path in (PROJECT_ROOT / "dbt_project" / "models" / "marts").glob("_marts__*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            section = page.split(f"\n## {model['name']}\n")[1].split("\n## ")[0]
            for column in model["columns"]:
                assert f"| `{column['name']}` |" in section, (model["name"], column["name"])
    assert set(TABLES) <= set(re.findall(r"^## (\w+)$", page, flags=re.MULTILINE))


def test_every_rule_seed_is_described() -> None:
    page = rules_page()
    for seed in (PROJECT_ROOT / "dbt_project" / "seeds").glob("*.csv"):
        assert f"\n## {seed.stem}\n" in page, seed.stem


def test_every_command_and_setting_is_listed() -> None:
    commands, settings = commands_page(), settings_page()
    for target in re.findall(r"^([a-z-]+):.*## ", (PROJECT_ROOT / "Makefile").read_text(), flags=re.MULTILINE):
        assert f"| `make {target}` |" in commands
    assert "--accounts" in commands
    assert "`SCOREBOARD_AS_OF`" in settings


def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plugins", "dbt_project", "Makefile", "README.md"):
        (tmp_path / name).symlink_to(PROJECT_ROOT / name)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("[nowhere](gone.md)")
    content = (PROJECT_ROOT / "mkdocs.yml").read_text()
    (tmp_path / "mkdocs.yml").write_text(content.split("\nnav:")[0])
    monkeypatch.setattr(build, "PROJECT_ROOT", tmp_path)
    settings = Settings(home=tmp_path / "home", as_of=date(2026, 4, 20))
    before = settings.reports / "site" / "index.html"
    before.parent.mkdir(parents=True)
    before.write_text("the pages of before")

    with pytest.raises(build.SiteBroken, match=r"gone\.md"):
        build.build_site(settings)

    assert before.read_text() == "the pages of before"
    assert [path.name for path in settings.reports.iterdir()] == ["site"]

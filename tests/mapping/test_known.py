"""A mapping file's words and options that nobody reads are mistakes, and are said to be."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scoreboard.mapping.config import load_mapping
from scoreboard.mapping.documents import MappingError
from scoreboard.mapping.known import OPTIONS, STAGING, translated
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.sources.adapters import VENDORS


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", as_of=date(2026, 3, 31))
    settings.sources.mkdir(parents=True)
    return settings


@pytest.mark.parametrize(
    ("vendor", "text", "said"),
    [
        (
            "zendesk",
            "values: {tickets: {created_at: {a: b}}}",
            "values.tickets: the words of created_at are not translated; those of cause, channel, priority, project_id, status are",
        ),
        (
            "zendesk",
            "values: {accounts: {region: {a: b}}}",
            "values.accounts: zendesk translates nothing of it; it translates",
        ),
        ("zendesk", "options: {acount_key: id}", "options: zendesk has no 'acount_key'; it has account_key"),
        (
            "salesforce",
            "options: {revenue: order}",
            "options: salesforce has no 'revenue'; it has bulk_above, bulk_chunk",
        ),
        ("surveymonkey", "options: {x: y}", "options: surveymonkey has no 'x'; it has none"),
    ],
)
def test_what_nobody_reads_is_a_mistake_with_the_list_of_what_is_read(
    home: Settings, vendor: str, text: str, said: str
) -> None:
    (home.sources / f"{vendor}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as error:
        load_mapping(home, vendor)
    assert said in str(error.value) and str(error.value).endswith("Nothing was mapped.")


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_shipped_is_read(home: Settings, vendor: str) -> None:
    mapping = load_mapping(home, vendor)
    columns = translated(vendor) or {}
    assert set(mapping.options) <= set(OPTIONS[vendor])
    assert {(entity, column) for entity, said in mapping.values.items() for column in said} <= {
        (entity, column) for entity, said in columns.items() for column in said
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_list_of_options_is_what_staging_and_source_read(vendor: str) -> None:
    models = "".join(model.read_text(encoding="utf-8") for model in sorted((STAGING / vendor).rglob("*.sql")))
    read = set(re.findall(rf"mapping_option\(\s*'{vendor}',\s*'(\w+)'", models))
    read |= set(re.findall(rf"{vendor}_listed\('(\w+)'", models))
    sources = (PROJECT_ROOT / "plugins" / "scoreboard" / "sources" / "api").glob(f"{vendor}*.py")
    read |= {name for source in sources for name in re.findall(r"options\.get\(\"(\w+)\"", source.read_text("utf-8"))}
    if vendor == "qualtrics":  # by a pattern: one for each column that embedded data may tell
        [columns] = re.findall(r"set columns = \[(.*?)\]", models, flags=re.DOTALL)
        read |= {f"embedded_{name}" for name in re.findall(r"['\"](\w+)['\"]", columns)}
    assert read == set(OPTIONS[vendor])

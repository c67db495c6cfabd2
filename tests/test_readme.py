"""The README says what is there: every entity and column, table, seed, DAG with its schedule, setting and make target."""

from __future__ import annotations

import re

import yaml

from scoreboard.entities import ENTITIES
from scoreboard.settings import PROJECT_ROOT
from scoreboard.sources.adapters import ADAPTERS, VENDORS
from scoreboard.sources.api.connection_fields import KINDS

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")


def test_every_entity_is_listed_with_its_columns_and_stars() -> None:
    for entity in ENTITIES.values():
        columns = ", ".join(column + ("*" if column in entity.required else "") for column in entity.columns)
        assert f"| {entity.domain} | `{entity.name}` | {columns} |" in README


def test_every_published_table_has_its_question() -> None:
    described = "\n".join(line for line in README.splitlines() if line.startswith("| `"))
    for model in (PROJECT_ROOT / "dbt_project" / "models" / "marts").glob("*.sql"):
        assert f"`{model.stem}`" in described, model.stem


def test_every_rule_seed_says_where_it_is_applied() -> None:
    for seed in (PROJECT_ROOT / "dbt_project" / "seeds").glob("*.csv"):
        if seed.stem != "t_critical":  # a table of mathematics, nobody's rule to change
            assert f"`{seed.name}`" in README, seed.name


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:models|dbt_project|plugins|docs|dags|expectations)/[\w./]+)`", README))
    assert len(named) > 10
    for path in named:
        assert (PROJECT_ROOT / path).exists() or (PROJECT_ROOT / "dbt_project" / path).exists(), path


def test_every_dag_is_in_the_timetable_at_its_minute() -> None:
    for path in (PROJECT_ROOT / "dags").glob("*.py"):
        [line] = [line for line in README.splitlines() if line.startswith(f"| `{path.stem}` |")]
        minute = re.search(r'schedule="(\d+) \* \* \* \*"', path.read_text(encoding="utf-8"))
        if minute:
            assert f":{int(minute[1]):02}" in line, path.stem


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", README)) - {"sure"}

    assert named >= {"demo", "run", "up", "rollback", "test", "lint", "env", "check-connections"}
    assert named <= targets


def test_every_setting_is_listed() -> None:
    code = (PROJECT_ROOT / "plugins" / "scoreboard" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'read\("([A-Z_]+)"', code)) | {"CRM", "SUPPORT", "SURVEY"}

    assert len(names) >= 9
    for name in names:
        assert f"`SCOREBOARD_{name}`" in README, name


def test_the_compose_file_is_the_version_the_readme_speaks_of() -> None:
    services = yaml.safe_load((PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    version = re.search(r"Airflow (\d+\.\d+\.\d+)", README)

    assert services
    assert version and f"apache-airflow=={version[1]}" in (PROJECT_ROOT / "requirements.in").read_text(encoding="utf-8")


def test_every_adapter_is_listed_with_what_it_feeds() -> None:
    rows = [
        line for line in README.splitlines() if (line.startswith("| ") and "_fivetran`" in line) or "_airbyte`" in line
    ]
    for adapter in ADAPTERS.values():
        assert any(f"`{adapter.name}`" in row and f"| {', '.join(adapter.domains)} |" in row for row in rows), (
            adapter.name
        )


def test_every_vendor_says_what_its_connection_holds_and_how_it_is_added() -> None:
    sections = {part.splitlines()[0].lower(): part for part in README.split("\n### ")}
    for vendor in VENDORS:
        section = sections[vendor]
        assert f"airflow connections add {vendor}_default" in section
        for way in KINDS[vendor].ways:
            for field in way:
                assert field.name.removeprefix("extra.") in section, f"{vendor}: {field.name}"
        for field in KINDS[vendor].optional:
            assert field.name.removeprefix("extra.") in section, f"{vendor}: {field.name}"
    for field in [*KINDS["postgres"].ways[0], *KINDS["postgres"].optional[1:]]:
        assert field.name.removeprefix("extra.") in sections["fivetran and airbyte: tables that are there already"]


def test_it_says_plainly_that_no_vendor_was_ever_called() -> None:
    assert "No vendor was ever called from here" in README

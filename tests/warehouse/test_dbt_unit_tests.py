"""dbt's own tests are part of this suite; and the house rules of the marts hold: documented, typed, tested, one row per grain."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from scoreboard.settings import PROJECT_ROOT
from scoreboard.warehouse.tables import OFFICIAL, PERIOD_COLUMNS, TABLES
from tests.warehouse.conftest import Built

# a floor, so that unit tests cannot vanish unnoticed (a folder that dbt does not read, a file misnamed)
FEWEST_UNIT_TESTS = 100
WITHOUT_UNIT_TEST = {
    "int_categories",  # a list of constants
    "int_key_driver_weights",  # in Python, which dbt cannot unit-test: tests/warehouse/test_key_drivers.py
    "int_closed_figures_compared",  # made from the list of official tables: tests/warehouse/test_closed_histories.py
}


def models_in(built: Built, folder: str) -> dict[str, dict[str, Any]]:
    """Name -> manifest entry of the models below models/<folder>/."""
    return {
        node["name"]: node
        for node in built.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith(f"{folder}/")
    }


def unit_tested(built: Built) -> set[str]:
    return {test["model"] for test in built.manifest["unit_tests"].values()}


@pytest.fixture
def marts(almost_empty_build: Built) -> dict[str, dict[str, Any]]:
    return models_in(almost_empty_build, "marts")


def test_every_unit_test_ran_and_passed(almost_empty_build: Built) -> None:
    results = almost_empty_build.of_kind("unit_test")
    assert [(test.name, test.message) for test in results if test.status != "pass"] == []
    assert {test.name for test in results} == {
        test["name"] for test in almost_empty_build.manifest["unit_tests"].values()
    }
    assert len(results) >= FEWEST_UNIT_TESTS


def test_a_warehouse_with_hardly_a_row_builds_and_passes_every_test(almost_empty_build: Built) -> None:
    good = {"success", "pass", "no-op"}  # there is nothing to build about an exposure or a saved query
    assert [(node.name, node.message) for node in almost_empty_build.results if node.status not in good] == []
    assert len(almost_empty_build.of_kind("test")) > len(TABLES)
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        counts = {table: warehouse.table(f"marts.{table}").shape[0] for table in TABLES}
        quality = warehouse.execute(
            "select landed, valid, quarantined from marts.rpt_data_quality where entity = 'projects'"
        )
        assert quality.fetchall() == [(1, 0, 1)]
    # the award's own lists are shipped with the rules
    assert {table for table, count in counts.items() if count} == {
        "rpt_quarantine",
        "rpt_data_quality",
        "rpt_award_recipients",
    }


def test_the_marts_are_the_published_tables(marts: dict[str, dict[str, Any]]) -> None:
    assert set(marts) == set(TABLES)


def test_every_mart_has_a_unit_test(almost_empty_build: Built, marts: dict[str, dict[str, Any]]) -> None:
    assert set(marts) - unit_tested(almost_empty_build) == set()


def test_every_model_that_computes_has_a_unit_test(almost_empty_build: Built) -> None:
    computing = {
        name
        for name, node in models_in(almost_empty_build, "intermediate").items()
        # current/ is a filter by fate, judged/ one macro for all entities, tested where an entity has rules of its own
        if not node["path"].startswith(("intermediate/current/", "intermediate/judged/"))
    }
    assert computing - unit_tested(almost_empty_build) - WITHOUT_UNIT_TEST == set()


def test_every_column_of_a_mart_is_described_for_a_person(
    almost_empty_build: Built, marts: dict[str, dict[str, Any]]
) -> None:
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        built = warehouse.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
        ).fetchall()
    described = {
        (name, column["name"])
        for name, node in marts.items()
        for column in node["columns"].values()
        if len(column["description"].split()) >= 2
    }
    assert sorted(set(built) - described) == []


def test_every_mart_says_what_one_row_is(marts: dict[str, dict[str, Any]]) -> None:
    assert [name for name, node in marts.items() if not node["description"].strip().startswith("One row per ")] == []


def test_every_mart_has_an_enforced_contract(marts: dict[str, dict[str, Any]]) -> None:
    assert [name for name, node in marts.items() if not node["contract"]["enforced"]] == []


def test_every_mart_is_tested_for_its_grain(almost_empty_build: Built, marts: dict[str, dict[str, Any]]) -> None:
    grains = {}
    for node in almost_empty_build.manifest["nodes"].values():
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "one_row_per":
            (mart,) = (parent.rpartition(".")[2] for parent in node["depends_on"]["nodes"])
            grains[mart] = set(node["test_metadata"]["kwargs"]["grain"])
    assert set(marts) - set(grains) == set()
    promised = {name: set(table.grain) for name, table in TABLES.items() if table.grain}
    assert {name: grains[name] for name in promised} == promised


def test_a_table_with_a_period_in_its_grain_is_official_unless_it_says_why_not(
    marts: dict[str, dict[str, Any]], almost_empty_build: Built
) -> None:
    by_period = {name for name, table in TABLES.items() if set(table.grain) & set(PERIOD_COLUMNS)}
    assert by_period - set(OFFICIAL) == {"dim_quarters", "rpt_restatements"}
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        twins = warehouse.execute("select table_name from duckdb_tables() where schema_name = 'marts_now'").fetchall()
    assert {name for (name,) in twins} == set(OFFICIAL)


def test_whoever_computes_or_tests_reads_an_official_table_as_known_now() -> None:
    """Frozen rows need not agree with data that came later: a test over them would stop every later publish."""
    found = {}
    for folder in ("models", "tests"):
        for path in (PROJECT_ROOT / "dbt_project" / folder).rglob("*.sql"):
            code = re.sub(r"known_now\(ref\('\w+'\)\)", " ", path.read_text(encoding="utf-8"))
            named = set(re.findall(r"ref\('(\w+)'\)", code)) & set(OFFICIAL)
            if named:
                found[path.name] = sorted(named)
    assert found == {}


def test_no_test_over_frozen_rows_can_fail_because_of_data_that_came_later(almost_empty_build: Built) -> None:
    """claim and same_rows_as look at what is known now; a relationship or a range would look at what was published long ago."""
    harmless = {"one_row_per", "claim", "same_rows_as", "accepted_values", "not_null"}
    found = {
        node["name"]
        for node in almost_empty_build.manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("attached_node") or "").rpartition(".")[2] in OFFICIAL
        and node["test_metadata"]["name"] not in harmless
    }
    assert found == set()


def test_no_rule_number_hides_in_the_sql_of_a_model(almost_empty_build: Built) -> None:
    """Thresholds live in seeds; what a model may spell out are the conversion's constants and calendar arithmetic."""
    spelled = {"0", "1", "2", "3", "4", "5", "6", "7", "10", "12", "31", "60"}
    sizes = {
        "8",
        "16",
        "15",
        "11",
        "20",
        "22",
        "38",
        "16384",
        "65536",
        "4096",
        "256",
    }  # decimal places, lengths of calendars
    found = {}
    for folder in ("intermediate", "marts"):
        for name, node in models_in(almost_empty_build, folder).items():
            code = re.sub(r"--[^\n]*|'[^']*'|\{#.*?#\}", " ", node["raw_code"], flags=re.S)
            numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", code))
            numbers = {number.removesuffix(".0") for number in numbers}
            if numbers - spelled - sizes:
                found[name] = sorted(numbers - spelled - sizes)
    assert found == {}


def test_the_file_says_of_every_mart_and_column_what_it_is(
    marts: dict[str, dict[str, Any]], almost_empty_build: Built
) -> None:
    with duckdb.connect(str(almost_empty_build.database), read_only=True) as warehouse:
        of_tables = "select table_name, comment from duckdb_tables() where schema_name = 'marts'"
        tables = dict(warehouse.execute(of_tables).fetchall())
        of_columns = "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
        columns = {(table, column): comment for table, column, comment in warehouse.execute(of_columns).fetchall()}
    assert tables == {name: node["description"] for name, node in marts.items()}
    declared = {
        (name, column): told["description"] for name, node in marts.items() for column, told in node["columns"].items()
    }
    assert columns == declared
    assert all(declared.values())

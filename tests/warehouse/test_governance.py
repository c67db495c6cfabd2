"""Who answers for a table, who may read it and which columns are about persons: said for every mart, by whoever adds one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scoreboard.settings import PROJECT_ROOT
from tests.warehouse.conftest import Built

# columns that name a person or hold what people write, wherever they appear
ABOUT_PERSONS = re.compile(
    r"full_name|e_?mail(_address)?|phone|(\w+_)?job_title|title"
    r"|(contact|respondent|employee|agent|manager|sponsor|account_manager|executive_sponsor|reported|approver)_name"
    r"|comments?|note|content|description|reason_text|approved_by|closed_by"
)


@pytest.fixture
def manifest(almost_empty_build: Built) -> dict[str, Any]:
    return almost_empty_build.manifest


@pytest.fixture
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Name -> manifest entry of every model."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture
def marts(models: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: node for name, node in models.items() if node["path"].startswith("marts/")}


def test_only_marts_are_public(models: dict[str, dict[str, Any]], marts: dict[str, dict[str, Any]]) -> None:
    assert {name for name, node in models.items() if node["config"]["access"] == "public"} == set(marts)
    assert {node["config"]["access"] for name, node in models.items() if name not in marts} == {"protected"}


def test_every_mart_has_an_owner_who_is_the_owner_of_its_group(
    manifest: dict[str, Any], marts: dict[str, dict[str, Any]]
) -> None:
    owners = {group["name"]: group["owner"]["name"] for group in manifest["groups"].values()}
    found = {name: (node["config"]["group"], node["config"]["meta"].get("owner")) for name, node in marts.items()}
    assert {name: about for name, about in found.items() if about[1] is None or owners.get(about[0]) != about[1]} == {}


def test_every_group_says_what_it_does_and_owns_something(
    manifest: dict[str, Any], marts: dict[str, dict[str, Any]]
) -> None:
    groups = {group["name"]: group for group in manifest["groups"].values()}
    assert set(groups) == {node["config"]["group"] for node in marts.values()}
    assert [name for name, group in groups.items() if len((group["description"] or "").split()) < 5] == []


def test_columns_about_persons_are_tagged(marts: dict[str, dict[str, Any]]) -> None:
    untagged = [
        f"{mart}.{column['name']}"
        for mart, node in marts.items()
        for column in node["columns"].values()
        if ABOUT_PERSONS.fullmatch(column["name"]) and "personal" not in column["tags"]
    ]
    assert untagged == [], "give them config: {tags: [personal]}"


def test_the_known_columns_about_persons_are_found(marts: dict[str, dict[str, Any]]) -> None:
    tagged = {
        f"{mart}.{column['name']}"
        for mart, node in marts.items()
        for column in node["columns"].values()
        if "personal" in column["tags"]
    }
    assert tagged >= {
        "dim_contacts.full_name",
        "dim_contacts.job_title",
        "dim_contacts.email",
        "dim_employees.full_name",
        "dim_employees.job_title",
        "dim_employees.email",
        "rpt_quarantine.content",
        "rpt_quarantine.reason",  # it repeats the value that was refused, whatever stood in the wrong column
    }


def test_every_exposure_reads_marts_and_has_an_owner(
    manifest: dict[str, Any], marts: dict[str, dict[str, Any]]
) -> None:
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert set(exposures) >= {"award_report", "account_review"}
    owners = {group["owner"]["name"] for group in manifest["groups"].values()}
    for exposure in exposures.values():
        read = {node.rpartition(".")[2] for node in exposure["depends_on"]["nodes"]}
        assert read and read <= set(marts), exposure["name"]
        assert exposure["owner"]["name"] in owners
        assert len(exposure["description"].split()) > 10


def test_the_award_reports_exposure_names_what_its_code_reads(manifest: dict[str, Any]) -> None:
    reports = PROJECT_ROOT / "plugins/scoreboard/reports"
    code = "".join(path.read_text(encoding="utf-8") for path in (*reports.glob("award/*.py"), reports / "trail.py"))
    [exposure] = [exposure for exposure in manifest["exposures"].values() if exposure["name"] == "award_report"]
    named = {node.rpartition(".")[2] for node in exposure["depends_on"]["nodes"]}
    assert named == set(re.findall(r"marts\.([a-z_]+)", code))


def test_metrics_are_made_of_marts_and_described(manifest: dict[str, Any], marts: dict[str, dict[str, Any]]) -> None:
    for semantic_model in manifest["semantic_models"].values():
        assert {node.rpartition(".")[2] for node in semantic_model["depends_on"]["nodes"]} <= set(marts)
        for part in ("dimensions", "measures"):
            assert [one["name"] for one in semantic_model[part] if not one["description"]] == [], semantic_model["name"]
    assert [metric["name"] for metric in manifest["metrics"].values() if len(metric["description"].split()) < 3] == []

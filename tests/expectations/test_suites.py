"""The suites: every entity has one, it says what the contract says, and every rule tells the door what to do."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from expectations._rules import ROW_RULES, OneOf
from scoreboard.entities import ENTITIES

# CONTRACT section 2, copied by hand: the modules must not be their own judge
WORDS = {
    ("accounts", "lifecycle_stage"): "prospect|active|churned",
    ("accounts", "strategic_reason"): "brand|new_market|partner|other",
    ("contacts", "buying_role"): "decision_maker|recommender|influencer",
    ("employees", "function"): "technical_support|field_service|customer_service|account_management|executive|other",
    ("opportunities", "kind"): "new|expansion|renewal",
    ("activities", "kind"): "meeting|call|email|event|executive_review",
    ("tickets", "cause"): "agent|system|process|product|billing|technical|other",
    ("tickets", "priority"): "low|normal|high|urgent",
    ("tickets", "status"): "new|open|pending|hold|solved|closed|deleted",
    ("surveys", "kind"): "relationship|transactional|staff",
    (
        "questions",
        "measure",
    ): "satisfaction|loyalty|effort|recommendation|expectation|knowledge|professionalism|quality_of_solution|timeliness|action_alert|open_text",
    ("questions", "category"): "technical_support|field_service|customer_service|account_management",
    ("responses", "respondent_type"): "customer|employee|partner|test",
}


def module_of(entity: str):
    return import_module(f"expectations.{entity}")


def test_there_is_one_module_per_entity_and_no_other() -> None:
    import expectations

    modules = {path.stem for path in Path(expectations.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(ENTITIES)


def test_the_words_are_the_contracts() -> None:
    declared = {
        (entity, rule.column): "|".join(rule.words)
        for entity in ENTITIES
        for rule in getattr(module_of(entity), "RULES", [])
        if isinstance(rule, OneOf)
    }
    assert declared == WORDS


@pytest.mark.parametrize("name", ENTITIES)
def test_every_required_and_typed_column_is_checked_and_every_check_can_be_routed(name: str) -> None:
    entity, suite = ENTITIES[name], module_of(name).suite()
    metas = [expectation.meta for expectation in suite.expectations]
    row_rules = [meta for meta in metas if "rule" in meta]
    assert {meta["table_rule"] for meta in metas if "table_rule" in meta} == {"required_columns", "has_rows"}
    assert len(row_rules) == len(metas) - 2
    assert {meta["column"] for meta in row_rules if meta["rule"] == "missing_required"} == entity.required
    typed = {column for column, kind in entity.kinds.items() if kind != "text"}
    assert {meta["column"] for meta in row_rules if meta["rule"] == "wrong_type"} == typed
    for meta in row_rules:
        assert meta["rule"] in ROW_RULES
        assert meta["column"] in entity.columns
        assert meta["reason"].startswith(f"{meta['column']} is ")


@pytest.mark.parametrize("name", ENTITIES)
def test_scale_weight_and_answer_values_are_left_to_the_models(name: str) -> None:
    judged = {
        meta["column"]
        for meta in (expectation.meta for expectation in module_of(name).suite().expectations)
        if meta.get("rule") in ("unknown_enum", "out_of_scale")
    }
    assert not judged & {"scale_id", "weight", "value", "program", "channel", "account_id"}


def test_importing_the_rules_costs_no_great_expectations() -> None:
    loaded = (
        "import sys, expectations.accounts, expectations._rules.spelling; sys.exit('great_expectations' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", loaded], env={"PYTHONPATH": ":".join(sys.path)}, check=False).returncode
        == 0
    )

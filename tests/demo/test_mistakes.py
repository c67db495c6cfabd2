"""What is wrong with the exports is known row by row, and moves no figure."""

from __future__ import annotations

from collections import Counter

import pytest

from scoreboard.entities import ENTITIES
from tests.demo.conftest import Written

RULES = {
    "missing_required",
    "wrong_type",
    "unknown_enum",
    "out_of_scale",
    "no_fx_rate",
    "orphan_key",
    "conflicting_duplicate",
}
FATES = ("landed", "valid", "quarantined", "replaced", "deduplicated")


@pytest.mark.parametrize("entity", list(ENTITIES))
def test_every_row_meets_the_fate_it_was_made_for(company: Written, entity: str) -> None:
    promised = company.summary["entities"][entity]
    judged = company.figures.judged.counts[entity]

    assert {fate: judged[fate] for fate in FATES} == {fate: promised[fate] for fate in FATES}
    assert promised["landed"] == sum(promised[fate] for fate in FATES[1:])


def test_each_refused_row_falls_under_the_rule_it_breaks(company: Written) -> None:
    promised = Counter(tuple(row) for row in company.summary["quarantine"])

    assert Counter(company.figures.judged.quarantine) == promised
    assert {rule for _, _, rule in promised} == RULES
    assert any(key is None for _, key, _ in promised), "a row without its key"


def test_a_contradiction_lands_after_the_row_it_contradicts(company: Written) -> None:
    figures = company.figures
    contradicted = [row for row in company.summary["quarantine"] if row[2] == "conflicting_duplicate"]

    assert {entity for entity, _, _ in contradicted} >= {"accounts", "contacts", "revenue", "responses", "answers"}
    assert all(key in figures.judged.current[entity] for entity, key, _ in contradicted)
    assert not any(row["job_title"] == "Consultant" for row in figures.rows("contacts")), "the first version stays"
    assert not any(row["comment"] == "(another draft)" for row in figures.rows("answers"))


def test_exactly_the_responses_made_to_be_left_out_are_left_out(company: Written) -> None:
    assert company.figures.exclusions == company.summary["excluded"]
    assert set(company.figures.exclusions.values()) == {
        "after_as_of", "test", "not_customer", "internal_domain", "incomplete", "no_scored_answer", "superseded",
    }  # fmt: skip
    assert len(company.figures.counted) == company.summary["counted"]


@pytest.mark.parametrize(
    ("entity", "column"),
    [
        ("accounts", "account_manager_id"),
        ("accounts", "executive_sponsor_id"),
        ("activities", "contact_id"),
        ("activities", "employee_id"),
        ("responses", "agent_id"),
        ("responses", "ticket_id"),
        ("tickets", "assignee_id"),
        ("tickets", "contact_id"),
    ],
)
def test_some_optional_references_lead_nowhere(company: Written, entity: str, column: str) -> None:
    known = company.figures.judged.current[ENTITIES[entity].references[column]]
    loose = [row for row in company.figures.rows(entity) if row[column] is not None and row[column] not in known]

    assert 0 < len(loose) < len(company.figures.rows(entity)) / 20

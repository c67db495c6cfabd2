"""Reading Great Expectations: three ways a result can go, and an exception is never taken for bad rows or for a pass."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scoreboard.validation.errors import ValidatorError
from scoreboard.validation.judge import BrokenRowRule, BrokenTableRule, read_results

QUIET = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
LOUD = {"raised_exception": True, "exception_message": "no such column", "exception_traceback": "..."}
ROW_META = {"rule": "wrong_type", "column": "amount", "reason": "amount is {value}, which is no number"}


def result(
    success: bool,
    meta: dict[str, Any] | None = None,
    found: dict[str, Any] | None = None,
    info: Any = QUIET,
    **kwargs: Any,
):
    config = SimpleNamespace(type="expect_something", meta=meta, kwargs=kwargs)
    return SimpleNamespace(success=success, result=found or {}, exception_info=info, expectation_config=config)


@pytest.mark.parametrize(
    "info",
    [LOUD, {"metric a": LOUD}, {"metric a": QUIET, "metric b": LOUD}, {"outer": {"inner": LOUD}}],
    ids=["flat", "per metric", "second metric", "deeper"],
)
@pytest.mark.parametrize("success", [False, True])
def test_an_exception_in_any_shape_is_an_error_even_beside_success(info: Any, success: bool) -> None:
    with pytest.raises(ValidatorError, match=r"batch 7: the check expect_something of amount broke: no such column"):
        read_results([result(True), result(success, ROW_META, info=info)], "landed", "batch 7")


@pytest.mark.parametrize("info", [QUIET, {}, {"metric": QUIET}, None])
def test_no_exception_in_any_shape_is_none(info: Any) -> None:
    judgement = read_results([result(True, ROW_META, info=info)], "landed", "batch 7")
    assert (judgement.rows, judgement.table) == ([], [])


def test_a_query_expectation_is_routed_by_its_own_query() -> None:
    failed = result(
        False, ROW_META, {"observed_value": 3}, unexpected_rows_query="select _row_id from {batch} where true"
    )
    assert read_results([failed], "landed", "b").rows == [
        BrokenRowRule("wrong_type", "amount", ROW_META["reason"], "select _row_id from landed where true", 3)
    ]


def test_a_column_expectation_is_routed_by_the_reported_query() -> None:
    failed = result(
        False,
        ROW_META,
        {"unexpected_count": 2, "unexpected_index_query": "SELECT _row_id, amount \nFROM landed;"},
        column="amount",
    )
    (broken,) = read_results([failed], "landed", "b").rows
    assert (broken.query, broken.rows) == ("SELECT _row_id, amount \nFROM landed", 2)


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"unexpected_count": 2},
        {"unexpected_index_query": "select 1"},
        {"unexpected_count": 0, "unexpected_index_query": "select 1"},
    ],
)
def test_a_failure_that_cannot_be_routed_is_an_error(found: dict[str, Any]) -> None:
    with pytest.raises(ValidatorError, match="without telling which rows"):
        read_results([result(False, ROW_META, found)], "landed", "b")


def test_a_failure_without_a_rule_is_an_error() -> None:
    with pytest.raises(ValidatorError, match="names no rule"):
        read_results([result(False, None)], "landed", "b")


def test_a_table_rule_carries_its_figures() -> None:
    failed = [
        result(False, {"table_rule": "has_rows"}, {"observed_value": 0}),
        result(False, {"table_rule": "required_columns"}, {"observed_value": ["a", "x"]}, column_set=["a", "b", "c"]),
        result(False, {"table_rule": "drift_filled", "figures": "x in {observed:.1%}"}, {"observed_value": 0.25}),
    ]
    assert read_results(failed, "landed", "b").table == [
        BrokenTableRule("has_rows", "0 rows"),
        BrokenTableRule("required_columns", "required columns missing: b, c"),
        BrokenTableRule("drift_filled", "x in 25.0%"),
    ]

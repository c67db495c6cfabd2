"""Runs a suite over a batch and reads what Great Expectations says: an exception is an error, never a pass and never a bad row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scoreboard.validation.errors import ValidatorError


@dataclass(frozen=True)
class BrokenRowRule:
    """A row rule that some rows of the batch break.

    `query` selects the `_row_id` of every one of them; `rows` is how many Great Expectations counted. `reason` is a
    sentence in which `{value}` stands for the row's text.
    """

    rule: str
    column: str
    reason: str
    query: str
    rows: int


@dataclass(frozen=True)
class BrokenTableRule:
    """A table rule that the batch breaks, with the figures that show it."""

    rule: str
    figures: str


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a batch; nothing, if both are empty."""

    rows: list[BrokenRowRule]
    table: list[BrokenTableRule]


def read_results(results: Any, table: str, batch_name: str) -> Judgement:
    """The failures among the results of one validation.

    Raises ValidatorError where an expectation raised, gave no count, or carries no rule of ours; `table` is what
    `{batch}` stands for in queries.
    """
    rows, breaches = [], []
    for result in results:
        config = result.expectation_config
        for message in _exceptions(result.exception_info):
            raise ValidatorError(
                f"{batch_name}: the check {_named(config)} broke: {message}. Nothing of the batch was used; mend the check or"
                " the landed files, and run again."
            )
        if result.success:
            continue
        meta = config.meta or {}
        if "table_rule" in meta:
            breaches.append(BrokenTableRule(meta["table_rule"], _figures(config, result.result)))
        elif "rule" in meta:
            rows.append(_broken_row_rule(config, result.result, table, batch_name))
        else:
            raise ValidatorError(
                f"{batch_name}: {_named(config)} failed, and names no rule in its meta: nobody knows what follows."
            )
    return Judgement(rows, breaches)


def _exceptions(info: Any) -> Iterator[str]:
    """Messages of what was raised; `info` is one record, or one per metric that the expectation needed."""
    if not isinstance(info, dict):
        return
    if "raised_exception" in info:
        if info["raised_exception"]:
            yield str(info.get("exception_message"))
        return
    for nested in info.values():
        yield from _exceptions(nested)


def _broken_row_rule(config: Any, result: dict[str, Any], table: str, batch_name: str) -> BrokenRowRule:
    query = config.kwargs.get("unexpected_rows_query")
    if query is not None:
        query, count = query.format(batch=table), result.get("observed_value")
    else:
        query, count = result.get("unexpected_index_query"), result.get("unexpected_count")
    if not isinstance(query, str) or not isinstance(count, int) or count < 1:
        raise ValidatorError(
            f"{batch_name}: {_named(config)} failed without telling which rows ({count!r} of them), so none can be routed."
        )
    meta = config.meta
    return BrokenRowRule(meta["rule"], meta["column"], meta["reason"], query.strip().rstrip(";"), count)


def _figures(config: Any, result: dict[str, Any]) -> str:
    meta = config.meta
    if "figures" in meta:
        return str(meta["figures"]).format(observed=result["observed_value"])
    if meta["table_rule"] == "required_columns":
        missing = sorted(set(config.kwargs["column_set"]) - set(result["observed_value"]))
        return f"required columns missing: {', '.join(missing)}"
    return f"{result['observed_value']} rows"


def _named(config: Any) -> str:
    column = (config.meta or {}).get("column") or config.kwargs.get("column")
    return f"{config.type} of {column}" if column else str(config.type)

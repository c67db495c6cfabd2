"""Row rules that Great Expectations has no expectation for on DuckDB (it cannot match patterns there), as named queries.

Each query gives the rows that break the rule; the door runs the same text to fill the quarantine.
"""

from __future__ import annotations

from typing import Any

from great_expectations.expectations import UnexpectedRowsExpectation

from scoreboard.warehouse.quoting import fill, identifier

_ROWS_WHERE = "select _row_id from {{batch}} where "


class ExpectSpelledAs(UnexpectedRowsExpectation):  # type: ignore[misc]  # the library is not typed
    """Every text of the column is spelled as its type; its value is then in `<column>_as_<kind>`."""

    @classmethod
    def of(cls, column: str, kind: str, meta: dict[str, Any]) -> ExpectSpelledAs:
        """The check for one column of kind number, flag, date or timestamp."""
        return cls(
            unexpected_rows_query=fill(
                _ROWS_WHERE + "{text} is not null and {value} is null",
                text=identifier(column),
                value=identifier(f"{column}_as_{kind}"),
            ),
            description=f"{column}: every value is spelled as a {kind}.",
            meta=meta,
        )


class ExpectCurrencyCodes(UnexpectedRowsExpectation):  # type: ignore[misc]  # the library is not typed
    """Every text of the column is three capital letters."""

    @classmethod
    def of(cls, column: str, meta: dict[str, Any]) -> ExpectCurrencyCodes:
        """The check for one column of currencies."""
        return cls(
            unexpected_rows_query=fill(
                _ROWS_WHERE + "{text} is not null and not is_currency({text})", text=identifier(column)
            ),
            description=f"{column}: every value is a currency code of three capital letters.",
            meta=meta,
        )


class ExpectFirstsOfMonths(UnexpectedRowsExpectation):  # type: ignore[misc]  # the library is not typed
    """Every date of the column is the first day of its month."""

    @classmethod
    def of(cls, column: str, meta: dict[str, Any]) -> ExpectFirstsOfMonths:
        """The check for one column of months."""
        return cls(
            unexpected_rows_query=fill(
                _ROWS_WHERE + "extract(day from {day}) <> 1", day=identifier(f"{column}_as_date")
            ),
            description=f"{column}: every value is the first day of a month.",
            meta=meta,
        )

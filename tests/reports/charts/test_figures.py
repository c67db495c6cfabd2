"""Numbers and names as people write them."""

from __future__ import annotations

import pytest

from scoreboard.reports.charts import figures


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1_234_567.0, "USD", "$1.2M"),
        (980_400.0, "EUR", "€980k"),
        (999_960.0, "USD", "$1M"),
        (12.4, "GBP", "£12"),
        (-45_000.0, "CHF", "−CHF 45k"),
        (3.2e9, "USD", "$3.2B"),
        (0.0, "USD", "$0"),
    ],
)
def test_money(amount: float, currency: str, text: str) -> None:
    assert figures.money(amount, currency) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.824, "82 %"), (0.0, "0 %"), (1.0, "100 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %")]
)
def test_a_share_reads_as_all_or_nothing_only_where_it_is(share: float, text: str) -> None:
    assert figures.percent(share) == text


def test_scores_and_differences() -> None:
    assert figures.score(4.2345) == "4.23"
    assert figures.score(3.996, 4.0) == "3.996"
    assert figures.score(4.0 - 1e-12, 4.0) == "4.00"
    assert figures.signed(-0.25) == "−0.25"
    assert figures.signed(0.5) == "+0.50"
    assert figures.signed(-0.001) == "0.00"


def test_a_name_is_one_short_line_without_signs_that_turn_text() -> None:
    assert figures.name("  Ada\n\tCo\u202e Ltd\x07 ") == "Ada Co Ltd"
    assert figures.name("x" * 100, 10) == "x" * 9 + "…"
    assert figures.name(None) == ""

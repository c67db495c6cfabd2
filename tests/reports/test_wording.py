"""What a reader sees never says the opposite of what was decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.reports.wording import codes, count, listing, mean_text, needed_text, number, plain, rounding_note


@pytest.mark.parametrize(
    ("mean", "text"),
    [
        (None, "–"),
        (4.0, "4.000"),
        (3.996, "3.996"),
        (4.1666666, "4.167"),
        (3.9996, "3.9996"),
        (3.9999996666666666, "3.9999997"),
        (3.9999999996, "4.000"),  # within 1e-9 of the threshold: it passes, and reads so
    ],
)
def test_a_mean_shows_three_decimals_or_as_many_as_the_decision_needs(mean: float | None, text: str) -> None:
    assert mean_text(mean, 4.0) == text


@given(st.floats(1, 5), st.sampled_from([4.0, 4.25, 3.333]))
def test_the_shown_mean_is_on_the_side_of_the_threshold_it_was_decided_on(mean: float, threshold: float) -> None:
    assert (float(mean_text(mean, threshold)) >= threshold) == (mean >= threshold - 1e-9)


def test_a_note_only_where_two_decimals_would_mislead() -> None:
    assert rounding_note(3.996, 4.0) == "Two decimals would read 4.00. The unrounded mean is below 4.0."
    assert rounding_note(3.99, 4.0) is None
    assert rounding_note(4.0, 4.0) is None
    assert rounding_note(None, 4.0) is None


@pytest.mark.parametrize(
    ("needed", "text"),
    [(None, "–"), (3.9969, "3.997"), (5.0, "5.000"), (5.25, "5.250, out of reach"), (-0.5, "-0.500")],
)
def test_needed_mean(needed: float | None, text: str) -> None:
    assert needed_text(needed) == text


@pytest.mark.parametrize("value", [None, "", "[]", []])
def test_no_reasons_is_an_empty_list(value: object) -> None:
    assert codes(value) == []


@pytest.mark.parametrize("value", ["too_few_responses, invitation_bias", '["too_few_responses", "invitation_bias"]'])
def test_reasons_read_from_a_comma_list_and_from_json(value: str) -> None:
    assert codes(value) == ["too_few_responses", "invitation_bias"]


def test_small_words() -> None:
    assert [count(n, "project") for n in (0, 1, 2)] == ["no projects", "1 project", "2 projects"]
    assert [listing(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "nobody",
        "A",
        "A and B",
        "A, B and C",
    ]
    assert listing([str(n) for n in range(12)]).endswith("7 and 4 more")
    assert [number(value) for value in (4.0, 4.25, 3.0)] == ["4.0", "4.25", "3.0"]
    assert [plain(value) for value in (0.004, 0.00000033, 0.05)] == ["0.004", "0.00000033", "0.05"]

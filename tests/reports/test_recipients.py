"""The recipients read as in the award's own release: counted down, with "None" where nobody is."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.reports.recipients import UNCOUNTED, groups, heading
from scoreboard.settings import PROJECT_ROOT


def recipient(name: str, times: int | None, location: str | None = "Boston, MA") -> dict[str, Any]:
    return {"recipient_name": name, "location": location, "times_received": times}


def test_groups_count_down_to_the_first_time_with_none_for_the_empty_ones() -> None:
    rows = [recipient("Beta", 1), recipient("alpha", 1), recipient("Gamma", 4), recipient("Delta", 2, None)]
    assert groups(rows) == [
        ("Four-time recipient:", ["Gamma; Boston, MA"]),
        ("Three-time recipients:", ["None"]),
        ("Two-time recipient:", ["Delta"]),
        ("First-time recipients:", ["alpha; Boston, MA", "Beta; Boston, MA"]),
    ]


def test_nobody_at_all_is_an_empty_list() -> None:
    assert groups([]) == []


@pytest.mark.parametrize(
    ("times", "count", "expected"),
    [
        (1, 1, "First-time recipient:"),
        (1, 3, "First-time recipients:"),
        (10, 1, "Ten-time recipient:"),
        (9, 0, "Nine-time recipients:"),
        (17, 2, "Seventeen-time recipients:"),
        (20, 1, "Twenty-time recipient:"),
        (21, 2, "Twenty-one-time recipients:"),
        (99, 2, "Ninety-nine-time recipients:"),
        (100, 2, "100-time recipients:"),
    ],
)
def test_headings_are_grammatical(times: int, count: int, expected: str) -> None:
    assert heading(times, count) == expected


def test_a_recipient_without_a_number_of_times_is_listed_all_the_same() -> None:
    assert groups([recipient("Known", 1), recipient("Unknown", None), recipient("Zero", 0)])[-1] == (
        UNCOUNTED,
        ["Unknown; Boston, MA", "Zero; Boston, MA"],
    )


@given(st.lists(st.tuples(st.text(min_size=1, max_size=3), st.none() | st.integers(0, 30))))
def test_nobody_is_lost_and_nobody_appears_twice(people: list[tuple[str, int | None]]) -> None:
    listed = groups([recipient(f"{index} {name}", times, None) for index, (name, times) in enumerate(people)])
    entries = [entry for _, entries in listed for entry in entries if entry != "None"]
    assert sorted(entries) == sorted(f"{index} {name}" for index, (name, _) in enumerate(people))


def test_the_release_of_2016_is_reproduced_from_the_shipped_history() -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "award_history.csv").open(encoding="utf-8", newline="") as file:
        history = [row for row in csv.DictReader(file) if row["award_year"] == "2016"]

    def listed(award: str) -> dict[str, list[str]]:
        rows = [
            recipient(row["recipient_name"], int(row["times_announced"]), row["location"])
            for row in history
            if row["award"] == award
        ]
        return dict(groups(rows))

    nfsb = listed("nfsb")
    assert next(iter(nfsb)) == "Seventeen-time recipients:"
    assert nfsb["Seventeen-time recipients:"] == [
        "Haemonetics Corporation; Braintree, MA",
        "Kronos Incorporated; Chelmsford, MA",
    ]
    assert [heading for heading, entries in nfsb.items() if entries == ["None"]] == [
        "Thirteen-time recipients:",
        "Eleven-time recipients:",
        "Nine-time recipients:",
    ]
    assert [len(entries) for entries in nfsb.values()] == [2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 6, 4, 4, 2, 8, 4]
    assert listed("cempro") == {
        "First-time recipients:": ["Diagnostica Stago, Inc.; Parsippany, NJ", "Fresenius Kabi USA LLC; Lake Zurich, IL"]
    }

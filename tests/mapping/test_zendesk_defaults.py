"""What ships for Zendesk holds together: words, scale and the bounds of its classes."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from scoreboard.mapping.config import load_mapping
from scoreboard.settings import Settings
from scoreboard.warehouse.seeds import SHIPPED


def seed(name: str) -> list[dict[str, str]]:
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_good_and_bad_stand_in_the_middle_of_their_classes(tmp_path: Path) -> None:
    words = load_mapping(Settings(home=tmp_path, as_of=date(2026, 3, 31)), "zendesk").values["answers"]["value"]
    (scale,) = [row for row in seed("survey_scales") if row["scale_id"] == "good_bad"]
    classes = {Decimal(row["value"]): row for row in seed("scale_classes") if row["scale_id"] == "good_bad"}
    bounds = {}
    for word, value in words.items():
        found = classes[Decimal(str(value))]
        bounds[word] = (Decimal(found["score_low"]), Decimal(found["score_high"]))
        assert Decimal(str(value)) == sum(bounds[word]) / 2

    assert bounds == {"good": (4, 5), "bad": (1, 3)}
    assert (scale["min_value"], scale["max_value"], scale["is_reversed"]) == ("1", "5", "false")


def test_no_question_is_mapped_before_somebody_says_what_it_measures(tmp_path: Path) -> None:
    mapping = load_mapping(Settings(home=tmp_path, as_of=date(2026, 3, 31)), "zendesk")

    assert mapping.options == {"account_key": "external_id"}
    assert mapping.surveys == {}
    assert mapping.values["tickets"]["channel"]["voice"] == "phone"

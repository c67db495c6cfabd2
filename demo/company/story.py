"""Who plays which part in the sample company's story, and the facts that hold whatever the seed.

The ids are fixed; the generator bends the figures around them until the facts hold. Tests, README and the
end-to-end check cite `STORY`, never a copy of these values.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from scoreboard.quarter import Quarter


@dataclass(frozen=True)
class Story:
    """The actors and what must be found about them in the published tables."""

    company: str = "Kestrelmoor Instruments"
    award_year: int = 2025
    closed_award_years: tuple[int, ...] = (2023, 2024, 2025)

    # earns the award in 2025, not in every category: the new question was asked in three waves only
    winner_project: str = "P-FIELD-AM"
    winner_statuses: dict[str, str] = field(
        default_factory=lambda: {
            "overall": "eligible",
            "field_service": "eligible",
            "technical_support": "not_eligible",  # mean is there, but first asked in 2025-Q2: three waves
            "customer_service": "not_eligible",  # four waves, but a mean below 4.0
            "account_management": "no_data",
        }
    )

    # 250 counted responses in four waves, sum 999: misses by 0.004
    near_miss_project: str = "P-TECH-EU"
    near_miss_waves: dict[str, int] = field(
        default_factory=lambda: {"2025-Q1": 60, "2025-Q2": 64, "2025-Q3": 63, "2025-Q4": 63}
    )
    near_miss_sum: int = 999
    near_miss_mean: Decimal = Decimal("3.996")

    # far above 4.0, but the third survey of 2025 was never sent
    three_wave_project: str = "P-CALIB"
    three_wave_missing: str = "2025-Q3"

    # the overall question moved from five points to ten in mid-year; 2025 passes only because scales are
    # converted end to end (decision_depends_on_conversion is true)
    scale_change_project: str = "P-SOFTWARE"
    scale_change_survey: str = "S-SOFTWARE"
    scale_change_on: date = date(2025, 7, 1)
    scale_change_old_question: str = "S-SOFTWARE-OVERALL"
    scale_change_new_question: str = "S-SOFTWARE-OVERALL10"

    # a key account in every quarter: a raving fan until the sponsor left, then quiet, then at risk
    risky_account: str = "A-0117"
    risky_last_fan_quarter: str = "2025-Q3"
    risky_silent_quarter: str = "2025-Q4"
    risky_quarter: str = "2026-Q1"
    risky_left_contact: str = "C-0117-01"

    # thinks its customers are delighted; they are not
    overrating_team: str = "T-IMAGING"
    overrating_project: str = "P-IMAGING"
    blind_spot_account: str = "A-0042"
    overrated_accounts: tuple[str, ...] = ("A-0042", "A-0208", "A-0311")
    blind_spot_quarters: tuple[str, ...] = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1")

    # sent in one quarter, answered in the next, some after the 15 settling days
    late_survey: str = "S-FIELD-EU"


STORY = Story()

PINNED_RANKS = {"A-0117": 2, "A-0042": 8, "A-0208": 19, "A-0311": 31}
"""Size by revenue of the story's accounts, 0 = largest: all of them key accounts."""

_RISKY_COURSE = {"2025-Q4": (0.06, 0.60, -0.3), "2026-Q1": (0.03, 0.22, -1.0), "2026-Q2": (0.03, 0.15, -1.1)}


def course(account_id: str, quarter: Quarter) -> tuple[float, float, float] | None:
    """(engagement, usage, change of mood) the story prescribes for an account's quarter; None where it is free."""
    if account_id != STORY.risky_account:
        return None
    return _RISKY_COURSE.get(quarter.label, (0.97, 0.93, 0.3))


def is_overrated(account_id: str, quarter: Quarter) -> bool:
    """Whether the story makes this account a disappointed customer of the overrating team in the quarter."""
    return account_id in STORY.overrated_accounts and quarter.start >= date(2025, 1, 1)


def steer(rng: random.Random, answers: list[dict[str, Any]], target: int, lowest: int, highest: int) -> None:
    """Move whole answers one step at a time, in random order, until they sum to exactly `target`."""
    if not lowest * len(answers) <= target <= highest * len(answers):
        raise ValueError(f"{len(answers)} answers between {lowest} and {highest} cannot sum to {target}")
    missing = target - sum(answer["value"] for answer in answers)
    step = 1 if missing > 0 else -1
    while missing:
        rng.shuffle(answers)
        for answer in answers:
            if missing and lowest <= answer["value"] + step <= highest:
                answer["value"] += step
                missing -= step

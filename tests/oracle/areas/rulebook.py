"""What auditors and plots are told beside the figures: the questions with their scales, and the rules of each award year and quarter."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.oracle.areas.seeds import Rule, Seeds
from tests.oracle.reading import Row

if TYPE_CHECKING:
    from tests.oracle.areas import Known

COLUMNS = {
    "dim_questions": ".question_id:s survey_id:s survey_name:s survey_kind:s project_id:s question_text:s measure:s category:s touchpoint:s "
    "weight:f counts_for_award:b scale_id:s scale_min:f scale_max:f is_scale_reversed:b label_family:s",
    "rpt_award_rules": ".award_year:i .rule_name:s .valid_from_date:d .setting:s valid_until_date:d setting_value:f is_deciding:b",
    "rpt_quarter_rules": ".quarter_start_date:d .rule_name:s .setting:s valid_from_date:d setting_value:f",
}
_OF_YEARS = ("award_rules", "evidence_policy", "integrity_policy")
_OF_QUARTERS = ("quadrant_cutoffs", "tier_rules")


def rows(known: Known) -> dict[str, list[Row]]:
    """The three tables."""
    return {
        "dim_questions": _questions(known),
        "rpt_award_rules": _award_rules(known),
        "rpt_quarter_rules": _quarter_rules(known),
    }


def _questions(known: Known) -> list[Row]:
    # the contract names the shipped scales, not their labels: those are read from the file
    labels = {row["scale_id"]: row["label_family"] for row in Seeds(known.home / "seeds").rows("survey_scales")}
    found = []
    for question in known.judged.rows("questions"):
        survey = known.judged.current["surveys"][question["survey_id"]]
        scale = known.rules.scales[question["scale_id"]]
        plain = ("question_id", "survey_id", "question_text", "measure", "category", "touchpoint", "scale_id")
        found.append(
            {name: question[name] for name in plain}
            | {
                "survey_name": survey["survey_name"],
                "survey_kind": survey["kind"],
                "project_id": survey["project_id"],
                "weight": 1 if question["weight"] is None else question["weight"],
                "counts_for_award": question["counts_for_award"] is not False,
                "scale_min": scale["min_value"],
                "scale_max": scale["max_value"],
                "is_scale_reversed": scale["is_reversed"],
                "label_family": labels[question["scale_id"]],
            }
        )
    return found


def _award_rules(known: Known) -> list[Row]:
    """Per year every version that holds on one of its days; the one of 31 December decides."""
    seeds = Seeds(known.home / "seeds")
    found = []
    for name in _OF_YEARS:
        versions = sorted(seeds.rows(name), key=lambda row: row["valid_from"])
        for version, after in [*pairwise(versions), *((last, None) for last in versions[-1:])]:
            for year in known.calendar.award_years:
                until = after["valid_from"] if after else date.max
                if version["valid_from"] > date(year, 12, 31) or until <= date(year, 1, 1):
                    continue
                told = {
                    "award_year": year,
                    "rule_name": name,
                    "valid_from_date": version["valid_from"],
                    "valid_until_date": until if until.year == year else None,
                    "is_deciding": until > date(year, 12, 31),
                }
                found += [told | setting for setting in _settings(version)]
    return found


def _quarter_rules(known: Known) -> list[Row]:
    found = []
    for quarter in known.calendar.quarters:
        for name in _OF_QUARTERS:
            rule = known.rules.on(name, known.calendar.last_day(quarter))
            told = {"quarter_start_date": quarter, "rule_name": name, "valid_from_date": rule["valid_from"]}
            found += [told | setting for setting in _settings(rule)]
    return found


def _settings(rule: Rule) -> list[Row]:
    return [{"setting": name, "setting_value": value} for name, value in rule.items() if name != "valid_from"]

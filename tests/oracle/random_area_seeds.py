"""Rule seeds of the figures beyond the core, for random companies: changing on edges like the others, some rows left out."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from tests.oracle.random_seeds import Table, change_days
from tests.oracle.random_world import World

_START = "1900-01-01"
_PROJECT = Path(__file__).parents[2] / "dbt_project" / "seeds"
_SCOPES = ("global", "project", "account", "tier", "industry", "region")


def make_area_seeds(world: World) -> dict[str, Table]:
    """Some of the seeds, each as a table with its header; the others stay as shipped."""
    makers = {
        "scale_classes": _scale_classes,
        "integrity_policy": _integrity_policy,
        "certification_rules": _certification_rules,
        "suppression_policy": _suppression_policy,
        "sla_targets": _sla_targets,
        "business_hours": _business_hours,
        "holidays": _holidays,
        "alert_rules": _alert_rules,
        "role_patterns": _role_patterns,
    }
    seeds = {name: make(world) for name, make in makers.items() if world.chance(0.6)}
    return {name: [rows[0], *world.rng.sample(rows[1:], len(rows) - 1)] for name, rows in seeds.items()}


def _scale_classes(world: World) -> Table:
    rows = [["binary", world.pick(("0", "0.0")), "1", "3"], ["binary", "1", world.pick(("4", "3.5")), "5"]]
    rows += [["nps_groups", "0", "1", "3.4"]]
    if world.chance(0.5):
        rows += [["likert5", "5", "4.5", "5"], ["likert5", "1", "1", "2.25"], ["percent", "100.000", "4.5", "5"]]
    return [["scale_id", "value", "score_low", "score_high"], *rows]


def _integrity_policy(world: World) -> Table:
    later = [
        [day.isoformat(), world.pick(("3", "4", "6")), world.pick(("0", "1", "30", "90"))]
        for day in change_days(world, 2)
    ]
    return [["valid_from", "straight_line_min_answers", "answer_window_days"], [_START, "5", "60"], *later]


def _certification_rules(world: World) -> Table:
    """Each program changes on its own days; one begins in mid-history."""
    rows = [[_START, "cempro", "1", "", "24", "0.80"]]
    for program in ("cempro", "field safety"):
        for day in change_days(world, 2):
            share = world.pick(("0.5", "0.333333", "0.666667", "1", "0.80"))
            rows.append(
                [
                    day.isoformat(),
                    program,
                    world.pick(("1", "2", "2")),
                    world.pick(("", "80", "79.5")),
                    world.pick(("12", "24", "1")),
                    share,
                ]
            )
    return [["valid_from", "program", "required_courses", "min_score", "valid_months", "required_share"], *rows]


def _suppression_policy(world: World) -> Table:
    rows = [[_START, scope, *(("1", "1") if scope == "account" else ("5", "10"))] for scope in _SCOPES]
    for scope in world.rng.sample(_SCOPES, 4):
        rows += [
            [day.isoformat(), scope, *world.pick((("2", "3"), ("3", "5"), ("1", "2"), ("6", "20")))]
            for day in change_days(world, world.rng.randint(1, 2))
        ]
    return [["valid_from", "scope_type", "min_responses", "min_responses_for_comments"], *rows]


def _sla_targets(world: World) -> Table:
    """Some pairs of tier and priority have no target, others change."""
    rows = []
    for place, tier in enumerate(("I", "II", "III"), start=1):
        for priority in world.rng.sample(("low", "normal", "high", "urgent"), 3):
            rows.append([_START, tier, priority, str(30 * place), str(240 * place)])
            if world.chance(0.5):
                day = world.pick((change_days(world, 1)[0], world.day_in(world.pick(world.quarters)))).isoformat()
                rows.append([day, tier, priority, world.pick(("15", "45", "120")), world.pick(("60", "480", "960"))])
    return [["valid_from", "service_tier", "priority", "first_reply_minutes", "resolution_minutes"], *rows]


def _business_hours(world: World) -> Table:
    hours = world.pick(((540, 1020), (0, 1440), (480, 481), (600, 1200)))
    days = world.pick((range(1, 6), range(1, 8), (2, 7), (1, 2, 3, 4)))
    rows = [[str(day), *map(str, hours if world.chance(0.8) else (555, 1005))] for day in days]
    return [["weekday", "opens_minute", "closes_minute"], *rows]


def _holidays(world: World) -> Table:
    days: set[date] = {world.day_in(world.pick(world.quarters)) for _ in range(12)} | {world.as_of}
    return [["holiday_on", "holiday_name"], *([day.isoformat(), world.pick(("", "Day"))] for day in sorted(days))]


def _role_patterns(world: World) -> Table:
    """Patterns of equal rank, with wildcards for one character, and for anything at all."""
    rows = [["10", "c_o", "decision_maker"], ["9", "%engineer%", "influencer"], ["30", "%it%", "recommender"]]
    rows += [["20", "%m%", "recommender"], ["20", "%ma%", "influencer"], ["100", "%", "influencer"]]
    return [["priority", "title_pattern", "buying_role"], *world.rng.sample(rows, 5)]


def _alert_rules(world: World) -> Table:
    """As shipped, but key accounts fall silent after other numbers of days."""
    with (_PROJECT / "alert_rules.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    silent = next(row for row in rows if row[1] == "silent_key_account")
    for day in change_days(world, 3):
        rows.append([day.isoformat(), *silent[1:3], world.pick(("30", "45", "14", "120")), *silent[4:]])
    return rows

"""Rule seeds of random companies: every dated rule may change in mid-history, on the very edge of a quarter or a year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.calendar import add_months, end_of_quarter
from tests.oracle.random_world import World
from tests.oracle.schema import CATEGORIES, OVERALL

Table = list[list[str]]
_START = "1900-01-01"
# Rates that divide amounts evenly, so that shares and ties stay exact in several currencies, and one that does not.
EVEN_RATES = ("1.25", "0.5", "2", "0.8", "0.1", "1.6", "0.0100000000", "4")
ODD_RATES = ("1.0834567891", "0.0067123457", "153.3333333333")
_SCALES = """likert5,1,5,false,agree
likert7,1,7,false,
likert10,1,10,false,
nps11,0,10,FALSE,
percent,0,100,0,
binary,0,1,no,
effort7,1,7,false,
effort5_reversed,1,5,true,
stars4,0,4,false,stars
pain3,1,3,Yes,
balance,-2,2,false,"""


def make_seeds(world: World) -> dict[str, Table]:
    """Some of the seeds, each as a table with its header; the others stay as shipped."""
    seeds = {"internal_domains": _internal_domains(world), "fx_rates": _fx_rates(world)}
    dated = {
        "award_rules": (
            ["threshold", "min_waves"],
            [["4.0", "4"]],
            [["3.5", "3"], ["4.0", "2"], ["4.25", "4"], ["3.333333", "1"]],
        ),
        "tier_rules": (
            ["enter_share", "leave_share", "growth_min", "pipeline_min"],
            [["0.80", "0.85", "0.25", "0.50"]],
            [
                ["0.70", "0.80", "0.25", "0.5"],
                ["0.8", "0.8", "0.1", "0.25"],
                ["0.45", "0.95", "0", "1"],
                ["0.85", "0.90", "0.250000", "0.50"],
            ],
        ),
        "blend_weights": (
            ["system_weight", "staff_weight"],
            [["0.6", "0.4"]],
            [["1", "0"], ["0", "1"], ["0.5", "0.5"], ["0", "0"], ["1", "2"]],
        ),
        "quadrant_cutoffs": (
            ["engagement_cutoff", "usage_cutoff"],
            [["5.0", "5.0"]],
            [["4", "6"], ["5", "7.5"], ["0", "0"], ["3.333333", "5"]],
        ),
        "gap_classes": (["min_gap"], [["0.5"]], [["0.25"], ["1"], ["0"], ["0.333333"]]),
    }
    for name, (columns, first, later) in dated.items():
        if world.chance(0.45):
            seeds[name] = _dated(world, columns, first, later)
    if world.chance(0.6):
        seeds["engagement_signals"] = _signals(
            world,
            {
                "meetings": ("2", "3"),
                "executive_reviews": ("2", "1"),
                "calls": ("1", "6"),
                "inbound_emails": ("1", "12"),
                "events": ("1", "1"),
                "distinct_contacts": ("2", "5"),
                "survey_response_rate": ("1", "0.5"),
            },
        )
    if world.chance(0.6):
        seeds["usage_signals"] = _signals(world, {"seat_utilisation": ("2", "0.8"), "feature_adoption": ("1", "0.6")})
    if world.chance(0.6):
        seeds["gap_targets"] = _gap_targets(world)
    if world.chance(0.5):
        seeds["survey_scales"] = [
            ["scale_id", "min_value", "max_value", "is_reversed", "label_family"],
            *(line.split(",") for line in _SCALES.splitlines()),
        ]
    return {name: [rows[0], *world.rng.sample(rows[1:], len(rows) - 1)] for name, rows in seeds.items()}


def change_days(world: World, count: int) -> list[date]:
    """Distinct days a rule may change on: beside the edges of quarters, on 31 December, at as-of, or anywhere."""
    quarter = world.pick(world.quarters)
    days = {
        end_of_quarter(world.pick(world.quarters)),
        end_of_quarter(quarter) + timedelta(days=1),
        quarter + timedelta(days=world.rng.randint(1, 80)),
        date(quarter.year, 12, 31),
        date(quarter.year + 1, 1, 1),
        world.as_of,
        world.as_of + timedelta(days=1),
    }
    return world.rng.sample(sorted(days), min(count, len(days)))


def _dated(world: World, columns: list[str], first: list[list[str]], later: list[list[str]]) -> Table:
    rows = [
        [_START, *first[0]],
        *([day.isoformat(), *world.pick(later)] for day in change_days(world, world.rng.randint(1, 3))),
    ]
    return [["valid_from", *columns], *rows]


def _signals(world: World, first: dict[str, tuple[str, str]]) -> Table:
    """Each signal changes on its own days; weight 0 switches it off."""
    rows = [[_START, signal, *numbers] for signal, numbers in first.items()]
    for signal in world.rng.sample(sorted(first), world.rng.randint(1, len(first))):
        for day in change_days(world, world.rng.randint(1, 2)):
            rows.append(
                [
                    day.isoformat(),
                    signal,
                    world.pick(("0", "0", "1", "2.5", "0.1")),
                    world.pick((first[signal][1], "0.4", "1", "3")),
                ]
            )
    if world.chance(0.15):  # from some day on no weight is left at all
        end = change_days(world, 1)[0].isoformat()
        rows = [row for row in rows if row[0] < end] + [[end, signal, "0", "1"] for signal in first]
    return [["valid_from", "signal", "weight", "full_marks_at"], *rows]


def _gap_targets(world: World) -> Table:
    rows = [[_START, category, "4.0"] for category in (OVERALL, *CATEGORIES)]
    for category in world.rng.sample((OVERALL, *CATEGORIES), world.rng.randint(1, 4)):
        for day in change_days(world, world.rng.randint(1, 2)):
            rows.append([day.isoformat(), category, world.pick(("4.5", "3.5", "4.25", "3.333333", "5"))])
    return [["valid_from", "category", "target"], *rows]


def _internal_domains(world: World) -> Table:
    return [
        ["domain"],
        *(
            [spelling]
            for spelling in world.pick((("ourco.example",), *[("  OurCo.Example ", "LABS.ourco.example")] * 3, ()))
        ),
    ]


def _fx_rates(world: World) -> Table:
    """Two or three currencies against the reporting one, changing on edges; rows for other pairs must not matter."""
    start = world.quarters[0]
    rows = []
    for currency in foreign_currencies(world):
        first = world.pick((add_months(start, -12), start, add_months(start, 6)))
        days = {first, *(day for day in change_days(world, 3) if day > first), date(2031, 1, 1)}
        rows += [
            [currency, world.currency, day.isoformat(), world.pick(ODD_RATES if currency == "XOF" else EVEN_RATES)]
            for day in sorted(days)
        ]
        rows.append([currency, world.pick(("XAU", "USD" if world.currency != "USD" else "EUR")), _START, "7"])
    rows.append([world.currency, "CHF", _START, "0.9"])
    if world.chance(0.6):
        rows.append([world.currency, world.currency, _START, world.pick(("1", "2"))])
    return [["currency", "to_currency", "valid_from", "rate"], *rows]


def foreign_currencies(world: World) -> list[str]:
    return [currency for currency in ("GBP", "CHF", "XOF") if currency != world.currency]


def rate_on(seeds: dict[str, Table], currency: str, to: str, day: date) -> Decimal | None:
    """Rate in force on a day, for amounts that shall come out even."""
    known = [
        (row[2], row[3])
        for row in seeds["fx_rates"][1:]
        if row[0] == currency and row[1] == to and row[2] <= day.isoformat()
    ]
    return Decimal(max(known)[1]) if known else None


def award_history(world: World, projects: list[str]) -> Table:
    """Announced and unannounced years, years to come, another award, a project nobody knows, recipients without a project."""
    rows = []
    years = range(world.quarters[0].year - 3, world.as_of.year + 3)
    for project in [*projects, "P-UNKNOWN"]:
        for year in years:
            # some name the project alone; told by the year, so that nothing else of a company hangs on it
            name, place = ("Recipient" if year % 3 else "", "Boston" if year % 2 else "")
            if world.chance(0.3):
                rows.append([project, "nfsb", str(year), name, place, world.pick(("", "", "0", "2", "5", "11"))])
            if world.chance(0.1):
                rows.append([project, "cempro", str(year), "Recipient", "Boston", "9"])
    rows += [["", "nfsb", "2016", name, "Boston", "17"] for name in ("Recipient A", "Recipient B")]
    return [["project_id", "award", "award_year", "recipient_name", "location", "times_announced"], *rows]

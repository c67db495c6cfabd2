"""Random small companies, written as real files: `python -m tests.oracle.random_company SEED DEST [--runs N]`.

Writes DEST/inbox (and DEST/inbox-2 ... for later runs), DEST/seeds and DEST/settings.env. The same seed and options give the same company.
"""

from __future__ import annotations

import argparse
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.oracle.calendar import FIRST_EVENTS, add_months
from tests.oracle.random_area_seeds import make_area_seeds
from tests.oracle.random_areas import add_areas, enrich, side_world
from tests.oracle.random_crm import make_accounts, make_people, make_signals, make_tickets
from tests.oracle.random_faults import Spoiler
from tests.oracle.random_files import write_rows, write_seeds
from tests.oracle.random_money import make_opportunities, make_revenue
from tests.oracle.random_programme import add_programme, make_programme_seeds, programme_world
from tests.oracle.random_seeds import award_history, make_seeds
from tests.oracle.random_stories import award_story, big_group
from tests.oracle.random_survey import SurveyMaker
from tests.oracle.random_world import Company, Options, Row, World
from tests.oracle.schema import ENTITIES

# Keys that differ by case only, look like numbers, or carry blanks and accents: all of them verbatim.
_ACCOUNTS = ("acc-1", "ACC-1", "1001", "1002", "A 3", "Ä-4", "a,5", "A6")
_OTHERS = ("x1", "x2", "x3", "2001", "X4")
_PROJECTS = ("P-1", "P-2", "7", "P-AWARD", "P-NONE")
_OPTIONAL_ENTITIES = (
    "usage",
    "assessments",
    "opportunities",
    "activities",
    "tickets",
    "training",
    "invitations",
    "employees",
    "revenue",
    "contacts",
)


def random_company(seed: int, options: Options | None = None) -> Company:
    """One company, all of it decided by the seed and the options."""
    options = options or Options()
    world = World(seed, options)
    seeds = make_seeds(world)
    accounts = list(_ACCOUNTS[: world.rng.randint(5, 8)])
    filler, growing, core = accounts[-1], accounts[-3:-1], [*accounts[:-3], "C8", "C9", "C10"]
    others = list(_OTHERS[: world.rng.randint(2, 5)])
    everyone = [*core, *growing, filler, *others]
    revenue, plan = make_revenue(world, seeds, core, growing, filler, others if world.chance(0.5) else [])
    rows = make_people(world, everyone, list(_PROJECTS))
    rows["accounts"] = make_accounts(world, [*core, *growing, filler], others)
    rows["revenue"] = revenue
    rows["opportunities"] = make_opportunities(world, seeds, plan, everyone)
    rows |= make_signals(world, everyone) | {"tickets": make_tickets(world, everyone)}
    maker = SurveyMaker(world, seeds, everyone, list(_PROJECTS[:4]), rows["contacts"])
    rows |= maker.make()
    award_story(maker)
    if options.big_group or (options.big_group is None and world.chance(0.2)):
        big_group(maker)
    if world.chance(0.8):
        seeds["award_history"] = award_history(world, list(_PROJECTS))
    if options.first_event or world.chance(0.6):
        _open_early(world, rows)
    side = side_world(world)
    seeds |= make_area_seeds(side)
    enrich(side, rows)
    if options.bad_rows:
        Spoiler(world, rows).spoil()
    add_areas(side, rows, everyone, maker.questions)
    programme = programme_world(world)
    seeds = make_programme_seeds(programme) | seeds
    add_programme(programme, rows, everyone)
    dropped = (
        options.drop
        if options.drop is not None
        else world.rng.sample(_OPTIONAL_ENTITIES, world.pick((0, 0, 0, 0, 0, 1, 2)))
    )
    return Company(world.settings, {name: found for name, found in rows.items() if name not in dropped}, seeds)


def _open_early(world: World, rows: dict[str, list[Row]]) -> None:
    """Some entity alone has the first event, quarters before all others; it opens the calendar and the award years."""
    name = world.options.first_event or world.pick(sorted(FIRST_EVENTS))
    if rows[name]:
        day = add_months(world.quarters[0], -3 * world.rng.randint(2, 4)) + timedelta(days=world.pick((-1, 0, 0, 40)))
        key, column = next(iter(ENTITIES[name].columns)), FIRST_EVENTS[name]
        moment = day.replace(day=1) if name == "usage" else day if name == "revenue" else world.edge_instant(day)
        early = world.pick(rows[name]) | {key: world.next_id("FIRST"), column: moment}
        if name == "revenue":
            early |= {"amount": Decimal(0), "cost_to_serve": None, "currency": world.currency}
        rows[name].append(early)


def write_company(seed: int, dest: Path, options: Options | None = None) -> list[Path]:
    """Writes the company below `dest`; the inboxes, one for each run, in their order."""
    options = options or Options()
    company = random_company(seed, options)
    inboxes = [dest / ("inbox" if run == 1 else f"inbox-{run}") for run in range(1, options.runs + 1)]
    write_rows(random.Random(f"files {seed}"), company.rows, inboxes, workbooks=options.workbooks)
    write_seeds(company.seeds, dest / "seeds")
    (dest / "settings.env").write_text("".join(f"{name}={value}\n" for name, value in company.settings.items()))
    return inboxes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("dest", type=Path)
    parser.add_argument(
        "--runs", type=int, default=1, help="spread the files over so many inboxes, for runs one after the other"
    )
    parser.add_argument("--clean", action="store_true", help="no versions, conflicts or bad rows")
    parser.add_argument("--before-everything", action="store_true", help="an as-of date years before the first event")
    given = parser.parse_args()
    options = Options(runs=given.runs, bad_rows=not given.clean, before_everything=given.before_everything)
    for inbox in write_company(given.seed, given.dest, options):
        print(inbox)


if __name__ == "__main__":
    main()

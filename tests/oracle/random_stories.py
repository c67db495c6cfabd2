"""Groups of responses told on purpose: award years that are just enough, and a group beyond the t table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.oracle.calendar import calendar_quarter, end_of_quarter
from tests.oracle.random_survey import SurveyMaker
from tests.oracle.random_world import Row
from tests.oracle.schema import CATEGORIES

# Values of three questions weighing 0.1 each: always 4 on average, in doubles a little less. None leaves a category unheard.
_FOURS = ((5, 5, 2), (4, 4, 4), (5, 4, 3), (4, None, 4), (None, 4, None), (4, 4, 4))


def award_story(maker: SurveyMaker) -> None:
    """A project of its own whose yearly means lie at exactly 4, and whose waves are just enough, or just not."""
    world = maker.world
    maker.rows["surveys"].append(
        {
            "survey_id": "AWD",
            "survey_name": "Award",
            "project_id": maker.projects[-1],
            "kind": None,
            "updated_at": world.updated(),
        }
    )
    questions = [
        maker.question("AWD", "satisfaction", category, True) for category in (*world.rng.sample(CATEGORIES, 2), None)
    ]
    for question in questions:
        question |= {"weight": Decimal("0.1"), "counts_for_award": world.pick((None, True))}
    questions.append(maker.question("AWD", "loyalty", None, True) | {"counts_for_award": False})
    maker.questions["AWD"] = questions
    maker.rows["questions"] += questions
    just_below = world.chance(0.12)
    running = (world.as_of.year, calendar_quarter(world.as_of))
    for year in range(world.quarters[0].year, world.as_of.year + 1):
        missed = world.pick((0, 1, 2, 3, 4, running[1], max(1, running[1] - 1)))
        for quarter in (1, 2, 3, 4):
            if quarter == missed:
                continue
            for _ in range(world.pick((1, 1, 2))):
                first = date(year, 3 * quarter - 2, 1)
                day = world.pick((first, first + timedelta(days=27), end_of_quarter(first)))
                values = world.pick(_FOURS)
                if (year, quarter) == running and world.chance(0.7):  # heard, but not in every category
                    day, values = world.pick((first, world.as_of)), world.pick(_FOURS[3:5])
                row: Row = {
                    "response_id": world.next_id("W"),
                    "survey_id": "AWD",
                    "respondent_type": "customer",
                    "account_id": world.pick(maker.accounts),
                }
                row |= {"responded_at": world.edge_instant(day), "updated_at": world.updated()}
                maker.rows["responses"].append(row)
                for question, value in zip(questions, (*values, 1), strict=True):
                    less = Decimal("0.01") if just_below and value == 5 else Decimal(0)
                    maker.answer(row, question, None if value is None else Decimal(value) - less)


def big_group(maker: SurveyMaker) -> None:
    """More than 121 responses of one account in one quarter, one answer each."""
    world = maker.world
    quarter, account = world.pick(world.quarters[:-1]), world.pick(maker.accounts)
    question = next(row for row in maker.questions["REL"] if row["measure"] == "satisfaction")
    days = (end_of_quarter(quarter) - quarter).days - 1
    for number in range(world.rng.randint(121, 128)):
        moment = datetime.combine(
            quarter + timedelta(days=1 + number % days), datetime.min.time(), world.zone
        ) + timedelta(hours=12)
        row: Row = {
            "response_id": world.next_id("B"),
            "survey_id": "REL",
            "respondent_type": "customer",
            "account_id": account,
            "responded_at": moment,
            "updated_at": world.updated(),
        }
        maker.rows["responses"].append(row)
        maker.answer(row, question, maker.value(row, question))

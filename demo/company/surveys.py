"""All surveys of the sample company: pulses, ticket surveys, staff surveys, the responses that do not count."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta

from scoreboard.quarter import Quarter

from .asking import SCORED, Book, Row, not_later_than_export
from .catalog import (
    BY_CODE,
    PROJECTS,
    STAFF_SURVEY,
    pulse_id,
    questions_of_pulse,
    questions_of_staff_survey,
    questions_of_ticket_survey,
    ticket_survey_id,
)
from .customers import Account, is_resident
from .people import Employee
from .pulse import feel, fill_in, is_open, run_pulse
from .story import STORY, is_overrated, steer
from .tickets import Solved
from .timeline import EXPORTED_AT, at_work, day_in, last_day, quarters, stream

STAFF_SINCE = 2024
_UNCOUNTED = (  # so many of each, in every project
    *("test",) * 3,
    *("not_customer",) * 4,
    *("internal_domain",) * 3,
    *("incomplete",) * 6,
    *("no_scored_answer",) * 5,
)


def ask_everybody(seed: int, accounts: list[Account], teams: dict[str, list[Employee]], solved: list[Solved]) -> Book:
    """Every survey from 2023 to today, with the story's figures made exact."""
    book = Book()
    for project in PROJECTS:
        rng = stream(seed, f"pulse {project.id}")
        for quarter in quarters():
            run_pulse(rng, book, project, quarter, accounts, teams[project.team])
    _ask_after_tickets(stream(seed, "ticket surveys"), book, solved)
    _ask_staff(stream(seed, "staff surveys"), book, accounts, teams)
    _tell_the_story(stream(seed, "story"), book)
    _add_uncounted(stream(seed, "uncounted"), book, accounts, teams)
    return book


def _ask_after_tickets(rng: random.Random, book: Book, solved: list[Solved]) -> None:
    for ticket in solved:
        project, row = ticket.project, ticket.row
        if not project.takes_tickets or row["contact_id"] is None or _is_own(ticket.account, row["contact_id"]):
            continue
        survey, invitation = ticket_survey_id(project), None
        sent = ticket.solved_at + timedelta(minutes=rng.randrange(10, 600))
        answered = sent + timedelta(seconds=int(rng.expovariate(1 / 1.6) * 86400))
        is_by_phone = row["channel"] == "phone" and rng.random() < 0.5  # asked at the end of the call
        if sent > EXPORTED_AT:
            continue
        if not is_by_phone:
            invitation = book.invite(survey, ticket.account.id, sent, row["contact_id"])
        if rng.random() > project.response_rate or answered > EXPORTED_AT:
            continue
        response = book.respond(
            survey,
            ticket.account.id,
            answered,
            invitation_id=invitation["invitation_id"] if invitation else None,
            contact_id=row["contact_id"],
            ticket_id=row["ticket_id"],
            agent_id=row["assignee_id"],
            team_id=row["team_id"],
            channel=row["channel"],
        )
        feeling = feel(rng, project, ticket.account, Quarter.containing(answered.date())) - ticket.pain
        fill_in(rng, book, response, questions_of_ticket_survey(project), feeling)


def _is_own(account: Account, contact: str) -> bool:
    return any(person.id == contact and is_resident(person) for person in account.contacts)


def _ask_staff(rng: random.Random, book: Book, accounts: list[Account], teams: dict[str, list[Employee]]) -> None:
    """Every quarter since 2024 staff say how they think customers rate them: most are a little kind to themselves."""
    questions = questions_of_staff_survey()
    raters = {"Americas": "T-FIELD-AM", "EMEA": "T-FIELD-EU", "APAC": "T-FIELD-AP"}
    for quarter in (quarter for quarter in quarters() if quarter.start.year >= STAFF_SINCE):
        for account in accounts:
            is_story = is_overrated(account.id, quarter)
            if not account.is_customer_in(quarter) or not (is_story or account.rank < 24):
                continue
            team = teams[STORY.overrating_team if is_story else raters[account.region]]
            for employee in team if is_story else rng.sample(team, 2):
                sent = at_work(rng, day_in(rng, quarter.start, last_day(quarter) - timedelta(days=5)))
                invitation = book.invite(STAFF_SURVEY, account.id, sent, None, employee.id)
                response = book.respond(
                    STAFF_SURVEY,
                    account.id,
                    not_later_than_export(sent + timedelta(hours=rng.randrange(3, 70))),
                    invitation_id=invitation["invitation_id"],
                    respondent_type="employee",
                    employee_id=employee.id,
                    team_id=employee.team,
                )
                book.exclude(response, "not_customer")
                feeling = rng.uniform(4.9, 5.4) if is_story else 4.3 + account.mood(quarter) + rng.gauss(0.05, 0.4)
                fill_in(rng, book, response, questions, feeling)


def _tell_the_story(rng: random.Random, book: Book) -> None:
    """Make the two exact figures exact: 999 points in 250 answers, and a year that only one conversion passes."""
    near = _scores(book, f"S-{STORY.near_miss_project[2:]}-OVERALL")
    steer(rng, near, STORY.near_miss_sum, 1, 5)
    old, new = _scores(book, STORY.scale_change_old_question), _scores(book, STORY.scale_change_new_question)
    steer(rng, old, round(4.04 * len(old)), 1, 5)
    steer(rng, new, round(7.84 * len(new)), 1, 10)  # 4.04 end to end, 3.92 as a share of the maximum


def _scores(book: Book, question: str) -> list[Row]:
    """A question's answers in counted responses of the story's award year."""
    counted = {
        response["response_id"]
        for response in book.responses
        if response["responded_at"].year == STORY.award_year and book.is_counted(response)
    }
    return [answer for answer in book.answers if answer["question_id"] == question and answer["response_id"] in counted]


def _add_uncounted(rng: random.Random, book: Book, accounts: list[Account], teams: dict[str, list[Employee]]) -> None:
    """Responses the contract leaves out, every reason in every project, the near miss of the award year included."""
    customers = [
        account for account in accounts if account.stage == "active" and account.since and account.since.year < 2023
    ]
    residents = [(account, contact.id) for account in customers for contact in account.contacts if is_resident(contact)]
    by_survey = defaultdict(list)
    for response in book.responses:
        if response["contact_id"] and response["ticket_id"] is None:
            by_survey[response["survey_id"]].append(response)
    for project in PROJECTS:
        survey, asked, agents = pulse_id(project), questions_of_pulse(project), teams[project.team]
        for number, reason in enumerate(_UNCOUNTED):
            quarter = rng.choice(quarters()[8:12] if number % 2 else quarters()[:13])
            responded = at_work(rng, day_in(rng, quarter.start + timedelta(days=20), quarter.end))
            account = rng.choice(customers)
            contact = rng.choice([person.id for person in account.contacts if not is_resident(person)])
            more: Row = {"contact_id": contact, "team_id": project.team, "wave": quarter.label}
            if reason == "test":
                more |= {"respondent_type": "test", "contact_id": None, "employee_id": rng.choice(agents).id}
            elif reason == "not_customer":
                more |= {"respondent_type": "partner"}
            elif reason == "internal_domain":
                account, more["contact_id"] = rng.choice(residents)
            elif reason == "incomplete":
                more |= {"is_complete": False}
            response = book.respond(survey, account.id, responded, **more)
            book.exclude(response, reason)
            form = [question for question in asked if is_open(question, responded)]
            if reason == "no_scored_answer":
                form = [question for question in form if question.measure not in SCORED]
            elif reason == "incomplete":
                form = form[:2]
            fill_in(rng, book, response, form, rng.uniform(4.6, 5.2) if reason == "test" else rng.uniform(2.5, 5))
        for later in rng.sample(by_survey[survey], 5):
            _add_first_attempt(rng, book, later, project.code)
    _add_wrong_clock(rng, book, rng.choice(customers))


def _add_first_attempt(rng: random.Random, book: Book, later: Row, code: str) -> None:
    """Somebody answered twice: the earlier response is superseded by the one that is there already."""
    earlier = later["responded_at"] - timedelta(minutes=rng.randrange(2, 600))
    kept = {"contact_id", "team_id", "agent_id", "channel", "wave"}
    first = book.respond(later["survey_id"], later["account_id"], earlier, **{name: later[name] for name in kept})
    form = questions_of_pulse(BY_CODE[code])
    scored = [question for question in form if is_open(question, earlier) and question.measure in SCORED]
    book.exclude(first, "superseded")
    fill_in(rng, book, first, scored, 3.0)


def _add_wrong_clock(rng: random.Random, book: Book, account: Account) -> None:
    """Three responses from a tablet whose clock runs ahead of today."""
    project = BY_CODE["FIELD-EU"]
    for day in (22, 24, 27):
        instant = datetime(2026, 4, day, 11, 30)
        response = book.respond(pulse_id(project), account.id, instant, team_id=project.team, channel="onsite")
        response["updated_at"] = EXPORTED_AT
        book.exclude(response, "after_as_of")
        fill_in(rng, book, response, questions_of_pulse(project), 4.2)

"""The quarterly pulse: whom each project asked, who answered, and when."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from scoreboard.quarter import Quarter

from .asking import Book, Row
from .catalog import Project, Question, pulse_id, questions_of_pulse
from .customers import Account, is_resident
from .people import Employee
from .story import STORY, is_overrated
from .timeline import DEMO_AS_OF, EXPORTED_AT, RUNNING_QUARTER, at_work, day_in, elapsed

LATE_SHARE = 0.09


def run_pulse(
    rng: random.Random,
    book: Book,
    project: Project,
    quarter: Quarter,
    accounts: list[Account],
    agents: list[Employee],
) -> None:
    """One project's survey of one quarter, asked until its quota has answered."""
    if project.id == STORY.three_wave_project and quarter.label == STORY.three_wave_missing:
        return  # the survey tool was being replaced, and nobody sent it by hand
    asked = [account for account in accounts if account.is_customer_in(quarter) and _may_ask(project, account, quarter)]
    queue = [(account, contact) for account in asked for contact in reachable(account, quarter)]
    rng.shuffle(queue)
    if project.id == STORY.overrating_project:  # its unhappy customers are heard in every wave
        queue.sort(key=lambda pair: not is_overrated(pair[0].id, quarter))
    quota, heard = _quota(project, quarter), dict.fromkeys(STORY.overrated_accounts, 0)
    questions = questions_of_pulse(project)
    answered = 0
    for account, contact in queue:
        if answered >= quota:
            break
        is_forced = project.id == STORY.overrating_project and is_overrated(account.id, quarter)
        if is_forced and heard[account.id] >= 6:
            continue
        if _ask(rng, book, project, quarter, account, contact, agents, questions, is_forced):
            answered += 1
            if is_forced:
                heard[account.id] += 1
    if answered < quota and project.id == STORY.near_miss_project and quarter.label in STORY.near_miss_waves:
        raise ValueError(f"{project.id} ran out of people to ask in {quarter}: {answered} of {quota} answered")


def reachable(account: Account, quarter: Quarter) -> list[str]:
    """Keys of the people who may be asked: not our own, and not gone before the quarter ended."""
    return [
        contact.id
        for contact in account.contacts
        if not is_resident(contact) and (contact.is_active or quarter.end < contact.updated_at.date())
    ]


def _may_ask(project: Project, account: Account, quarter: Quarter) -> bool:
    if project.id == STORY.overrating_project and is_overrated(account.id, quarter):
        return True
    return account.region in project.regions and (project.code != "KEYACC" or account.rank < 110)


def _quota(project: Project, quarter: Quarter) -> int:
    if project.id == STORY.near_miss_project and quarter.label in STORY.near_miss_waves:
        return STORY.near_miss_waves[quarter.label]
    a_little_more_every_year = project.quota + quarter.start.year - 2023
    return round(a_little_more_every_year * elapsed(quarter))  # a running quarter has seen a part of it


def _ask(
    rng: random.Random,
    book: Book,
    project: Project,
    quarter: Quarter,
    account: Account,
    contact: str,
    agents: list[Employee],
    questions: list[Question],
    is_forced: bool,
) -> bool:
    survey, invitation = pulse_id(project), None
    is_late = project.has_late_answers and quarter != RUNNING_QUARTER and rng.random() < LATE_SHARE
    sent_at, responded_at = _instants(rng, quarter, is_late)
    is_onsite = not is_late and rng.random() < project.onsite_share  # on the engineer's tablet, nobody is invited
    rate = project.response_rate * (0.72 + 0.5 * account.engagement(quarter))
    if not is_onsite:
        invitation = book.invite(survey, account.id, sent_at, contact)
        if not is_forced and rng.random() > rate:
            return False
    if responded_at > EXPORTED_AT:
        return False
    response = book.respond(
        survey,
        account.id,
        responded_at,
        invitation_id=invitation["invitation_id"] if invitation else None,
        contact_id=contact,
        agent_id=rng.choice(agents).id if rng.random() < 0.9 else None,
        team_id=project.team,
        channel="onsite" if is_onsite else rng.choices(["email", "web", "phone"], [6, 3, 1])[0],
        wave=quarter.label,
    )
    if is_late:
        book.late.append(response["response_id"])
    feeling = feel(rng, project, account, quarter)
    fill_in(rng, book, response, [question for question in questions if is_open(question, sent_at)], feeling)
    return True


def _instants(rng: random.Random, quarter: Quarter, is_late: bool) -> tuple[datetime, datetime]:
    """When an invitation went out and when it was answered; late ones in the next quarter, up to a month into it."""
    if is_late:
        sent = at_work(rng, day_in(rng, quarter.end - timedelta(days=14), quarter.end - timedelta(days=3)))
        return sent, at_work(rng, day_in(rng, quarter.next.start, quarter.next.start + timedelta(days=28)))
    if quarter == RUNNING_QUARTER:
        sent = at_work(rng, day_in(rng, quarter.start, DEMO_AS_OF - timedelta(days=7)))
        return sent, at_work(rng, day_in(rng, sent.date() + timedelta(days=1), DEMO_AS_OF - timedelta(days=1)))
    sent = at_work(rng, day_in(rng, quarter.start + timedelta(days=10), quarter.end - timedelta(days=20)))
    return sent, sent + timedelta(seconds=int(min(rng.expovariate(1 / 4.5), 18.0) * 86400) + 300)


def feel(rng: random.Random, project: Project, account: Account, quarter: Quarter) -> float:
    """How satisfied a person of this account is with the project, 1 to 5 and a little beyond."""
    level = project.level[quarter.start.year - 2023]
    mood = account.mood(quarter)
    if is_overrated(account.id, quarter):
        mood = -0.9 if project.id == STORY.overrating_project else -0.5
    return level + 0.13 + mood + rng.gauss(0.0, 0.62)


def is_open(question: Question, sent_at: datetime) -> bool:
    """Whether the question was on the form when it was sent."""
    return question.since <= sent_at.date() < question.until


def fill_in(rng: random.Random, book: Book, response: Row, questions: list[Question], feeling: float) -> None:
    """Answer the questions a respondent gets round to."""
    for question in questions:
        if question.asked >= 1 or rng.random() < question.asked:
            book.answer(rng, response, question, feeling)

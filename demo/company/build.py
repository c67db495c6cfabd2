"""The whole sample company in memory: sixteen tables of valid, current rows."""

from __future__ import annotations

from typing import Any

from . import catalog, comments, contact_work, customers, money, people, surveys, tickets
from .asking import Book
from .timeline import stream

Row = dict[str, Any]


def build(seed: int) -> tuple[dict[str, list[Row]], Book]:
    """entity -> rows, in the order the contract names them, and the book that knows which responses count."""
    employees = people.hire(seed)
    accounts = customers.win(seed, employees)
    teams = people.by_team(employees)
    ticket_rows, solved = tickets.open_tickets(seed, accounts, teams)
    book = surveys.ask_everybody(seed, accounts, teams, solved)
    _leave_hostile_comments(seed, book)
    tables = {
        "employees": people.rows(employees),
        "projects": catalog.project_rows(),
        "accounts": customers.account_rows(accounts),
        "contacts": customers.contact_rows(accounts),
        "revenue": money.revenue_rows(seed, accounts),
        "opportunities": money.opportunity_rows(seed, accounts),
        "activities": contact_work.activity_rows(seed, accounts),
        "usage": contact_work.usage_rows(seed, accounts),
        "assessments": contact_work.assessment_rows(seed, accounts),
        "training": contact_work.training_rows(seed, employees),
        "tickets": ticket_rows,
        "surveys": catalog.survey_rows(),
        "questions": catalog.question_rows(),
        "invitations": book.invitations,
        "responses": book.responses,
        "answers": book.answers,
    }
    return tables, book


def _leave_hostile_comments(seed: int, book: Book) -> None:
    """Comments that try to be formulas, markup, SQL or templates: data like any other, in every file format."""
    rng = stream(seed, "hostile comments")
    written = [answer for answer in book.answers if answer["comment"]]
    for answer, text in zip(rng.sample(written, 3 * len(comments.HOSTILE)), 3 * comments.HOSTILE, strict=True):
        answer["comment"] = text

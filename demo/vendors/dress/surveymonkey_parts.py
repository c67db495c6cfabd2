"""The pieces of a SurveyMonkey account: questions with weighted choices, and answers that leave out what was skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from demo.company.asking import SCALES

Row = dict[str, Any]

_TYPE_OF_CHANNEL = {"email": "email", "web": "weblink"}  # what a collector's type tells by itself
_RESPONDENTS = ("customer", "employee", "test")  # what the survey and the response's mode tell


def question_body(question: Row) -> Row:
    """A question as the survey's details have it."""
    qid = question["question_id"].split(":")[1]
    body: Row = {"id": qid, "visible": True, "headings": [{"heading": question["question_text"]}]}
    if _is_text(question):
        subtype = "essay" if question["measure"] == "open_text" else "numerical"
        return body | {"family": "open_ended", "subtype": subtype}
    choices = [_choice(question, place, mark) for place, mark in enumerate(_marks(question), 1)]
    if question["scale_id"] == "binary":
        return body | {"family": "single_choice", "subtype": "vertical", "answers": {"choices": choices}}
    if question["scale_id"] != "nps11":
        choices.append({"id": f"{qid}99", "position": 99, "text": "N/A", "visible": True, "is_na": True, "weight": 0})
    rows = [{"id": f"{qid}00", "position": 1, "text": "", "visible": True}]
    return body | {"family": "matrix", "subtype": "rating", "answers": {"rows": rows, "choices": choices}}


def unmeasured() -> list[Row]:
    """Of every survey: a matrix that is no opinion, and a text."""
    rows = [
        {"id": f"QID9000{place}", "position": place, "text": text} for place, text in ((1, "portal"), (2, "hotline"))
    ]
    choices = [{"id": "QID90099", "position": 1, "text": "daily", "weight": 1}]
    matrix = {
        "id": "QID900",
        "visible": True,
        "headings": [{"heading": "How often do you use …"}],
        "family": "matrix",
        "subtype": "single",
        "answers": {"rows": rows, "choices": choices},
    }
    text = {
        "id": "QID901",
        "headings": [{"heading": "Thank you."}],
        "family": "presentation",
        "subtype": "descriptive_text",
    }
    return [matrix, text]


def answers_of(tables: Mapping[str, list[Row]], questions: Mapping[str, list[Row]]) -> Iterator[tuple[Row, list[Row]]]:
    """Every response with the questions it answered; what it skipped is not there, but for a few N/A."""
    given: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in tables["answers"]:
        given[row["response_id"]][row["question_id"]] = row
    for response in tables["responses"]:
        answered = [{"id": "QID900", "answers": [{"choice_id": "QID90099", "row_id": "QID90001"}]}]
        for place, question in enumerate(questions[response["survey_id"]]):
            given_to: Row | None = given[response["response_id"]].get(question["question_id"])
            qid = question["question_id"].split(":")[1]
            if given_to is not None:
                answered.append({"id": qid, "answers": [_answer(question, given_to)]})
            elif place % 3 == 0 and not _is_text(question) and question["scale_id"] not in ("nps11", "binary"):
                weight = {"choice_metadata": {"weight": "0"}}
                answered.append({"id": qid, "answers": [{"choice_id": f"{qid}99", "row_id": f"{qid}00", **weight}]})
        yield response, answered


def variables_of(response: Row) -> Row:
    """Custom variables of a response: what SurveyMonkey cannot know by itself."""
    told = {name: response[name] for name in ("account_id", "agent_id", "team_id", "ticket_id", "wave")}
    if response["invitation_id"] is None:
        told |= {name: response[name] for name in ("contact_id", "employee_id")}
    if _TYPE_OF_CHANNEL.get(response["channel"]) != ("email" if response["invitation_id"] else "weblink"):
        told["channel"] = response["channel"]
    if response["respondent_type"] not in _RESPONDENTS:
        told["respondent_type"] = response["respondent_type"]
    return {name: value for name, value in told.items() if value is not None}


def _answer(question: Row, row: Row) -> Row:
    qid, value = question["question_id"].split(":")[1], row["value"]
    if _is_text(question):
        return {"tag_data": [], "text": row["comment"] if row["comment"] is not None else _plain(value)}
    choice = {"choice_id": f"{qid}{_marks(question).index(int(value)) + 1:02}"}
    if question["scale_id"] == "binary":
        return choice
    weight = {"choice_metadata": {"weight": str(_weight(question, int(value)))}}
    return {**choice, "row_id": f"{qid}00", **weight}


def _is_text(question: Row) -> bool:
    return bool(question["measure"] == "open_text" or question["scale_id"] == "percent")


def _marks(question: Row) -> list[int]:
    """The marks in the order in which somebody typed the choices: the best first."""
    low, high = SCALES[question["scale_id"]]
    return list(range(high, low - 1, -1))


def _choice(question: Row, place: int, mark: int) -> Row:
    qid = question["question_id"].split(":")[1]
    choice: Row = {"id": f"{qid}{place:02}", "position": place, "visible": True}
    if question["scale_id"] == "binary":
        return {**choice, "text": "Yes" if mark else "No"}
    text = str(mark) if question["scale_id"] == "nps11" else f"mark {mark}"
    return {**choice, "text": text, "weight": _weight(question, mark)}


def _weight(question: Row, mark: int) -> int:
    if question["scale_id"] != "nps11":
        return mark
    return 100 if mark >= 9 else 0 if mark >= 7 else -100


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)

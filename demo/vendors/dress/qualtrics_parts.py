"""The pieces of a Qualtrics account: questions with options and recodes, answers with everything that is no answer, people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from demo.company.asking import SCALES

Row = dict[str, Any]

DIRECTORY = "POOL_1"
_NOT_APPLICABLE = "Not applicable"
_CHANNELS = {"email": "email", "web": "anonymous"}  # what Qualtrics tells by itself; the rest is embedded data
_RESPONDENTS = ("customer", "employee", "test")  # what the survey and the response's status tell


@dataclass(frozen=True)
class Answer:
    """What one response has for one question: an answer, or -99, or "not applicable"."""

    question: Row
    value: Any
    comment: str | None = None
    is_not_applicable: bool = False

    @property
    def qid(self) -> str:
        """The question's id within its survey."""
        return str(self.question["question_id"]).split(":")[1]

    def values(self) -> Row:
        """As the export of responses has it: the recode, and an NPS group beside it."""
        if is_text(self.question):
            return {f"{self.qid}_TEXT": self.comment if self.comment is not None else _plain(self.value)}
        value = int(_not_applicable_recode(self.question)) if self.is_not_applicable else self.value
        if self.question["scale_id"] == "nps11" and value != -99:
            return {self.qid: value, f"{self.qid}_NPS_GROUP": 3 if value >= 9 else 2 if value >= 7 else 1}
        return {self.qid: value}

    def rows(self) -> list[Row]:
        """As Fivetran lands it: the option's key, not the recode; without an option the value itself."""
        row: Row = {"_fivetran_id": self.qid, "question_id": self.qid, "question": self.question["question_text"]}
        if is_text(self.question):
            text = self.comment if self.comment is not None else _plain(self.value)
            return [row | {"text": text, "value": None, "question_option_key": None}]
        if self.value == -99:
            return [row | {"value": "-99", "question_option_key": None}]
        value = _not_applicable_recode(self.question) if self.is_not_applicable else int(self.value)
        keys = {recode: key for key, recode in recodes_of(self.question).items()}
        return [row | {"value": str(value), "question_option_key": keys[str(value)]}]


def is_text(question: Row) -> bool:
    """Whether it is asked as a text field: open texts, and the percentage that people type."""
    return bool(question["measure"] == "open_text" or question["scale_id"] == "percent")


def recodes_of(question: Row) -> dict[str, str]:
    """Option key -> recode. Keys are creation order: somebody typed the best mark first, the zero last."""
    low, high = SCALES[question["scale_id"]]
    recodes = {str(place): str(mark) for place, mark in enumerate(range(high, low - 1, -1), 1)}
    if question["scale_id"] != "nps11":
        recodes[str(len(recodes) + 1)] = _not_applicable_recode(question)
    return recodes


def question_body(question: Row, export_tag: str) -> Row:
    """A question as the survey's definition has it."""
    body = {
        "QuestionID": question["question_id"].split(":")[1],
        "QuestionText": question["question_text"],
        "DataExportTag": export_tag,
    }
    if is_text(question):
        return body | {"QuestionType": "TE", "Selector": "SL"}
    recodes = recodes_of(question)
    excluded = _not_applicable_recode(question)
    texts = {key: {"Display": _NOT_APPLICABLE if recode == excluded else recode} for key, recode in recodes.items()}
    body |= {"QuestionType": "MC", "Selector": "NPS" if question["scale_id"] == "nps11" else "SAVR"}
    body |= {"Choices": texts, "RecodeValues": recodes}
    if question["scale_id"] != "nps11":
        body["AnalyzeChoices"] = {key: "No" if recode == excluded else "Yes" for key, recode in recodes.items()}
    return body


def answers_of(tables: Mapping[str, list[Row]]) -> Iterator[tuple[Row, list[Answer]]]:
    """Every response with what it has for every question of its survey; what it did not answer is mostly seen."""
    questions = defaultdict(list)
    for row in tables["questions"]:
        questions[row["survey_id"]].append(row)
    given: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in tables["answers"]:
        given[row["response_id"]][row["question_id"]] = row
    for response in tables["responses"]:
        answers = []
        for place, question in enumerate(questions[response["survey_id"]]):
            answer: Row | None = given[response["response_id"]].get(question["question_id"])
            if answer is not None:
                answers.append(Answer(question, answer["value"], answer["comment"]))
            elif not is_text(question) and place % 3 == 0:
                answers.append(Answer(question, -99))
            elif not is_text(question) and question["scale_id"] != "nps11" and place % 3 == 1:
                answers.append(Answer(question, None, is_not_applicable=True))
        yield response, answers


def contact_of(key: str, person: Row, account: str | None) -> Row:
    """An entry of the directory; its external reference is the id that CRM or HR know the person by."""
    first, _, last = person["full_name"].partition(" ")
    return {
        "contactId": f"CID_{key}",
        "firstName": first,
        "lastName": last,
        "email": person["email"],
        "phone": None,
        "extRef": key,
        "language": "en",
        "unsubscribed": False,
        "embeddedData": {} if account is None else {"account_id": account},
    }


def default_channel(response: Row) -> str:
    """How Qualtrics itself says the response came in."""
    return "preview" if response["respondent_type"] == "test" else _CHANNELS.get(response["channel"], "anonymous")


def embedded_of(response: Row) -> Row:
    """Embedded data of a response: what Qualtrics cannot know by itself."""
    embedded = {name: response[name] for name in ("account_id", "agent_id", "team_id", "ticket_id", "wave")}
    if response["invitation_id"] is None:
        embedded |= {name: response[name] for name in ("contact_id", "employee_id")}
    if response["channel"] not in _CHANNELS:
        embedded["channel"] = response["channel"]
    if response["respondent_type"] not in _RESPONDENTS:
        embedded["respondent_type"] = response["respondent_type"]
    return {name: value for name, value in embedded.items() if value is not None}


def _not_applicable_recode(question: Row) -> str:
    return str(SCALES[question["scale_id"]][1] + 1)


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)

"""SurveyMonkey as staging sees it, from its API or from Airbyte's tables.

Who a recipient or a respondent is, only the user's own fields tell: `extra_fields` of recipients, `custom_variables` of
responses. Airbyte's stock connector has neither recipients nor messages; a connector of one's own may land them under the
names below. Without them there are no invitations.
"""

from __future__ import annotations

from scoreboard.sources.shapes.base import Column, Explode, Shape

# Airbyte's questions name their survey only within their address; macros/surveymonkey.sql takes it out
_SURVEY = Column("survey_id", airbyte=("survey_id", "href"), is_id=True)
_VARIABLES = (
    "account_id",
    "contact_id",
    "employee_id",
    "agent_id",
    "team_id",
    "ticket_id",
    "wave",
    "channel",
    "respondent_type",
)


def _of_questions(name: str, path: str, *columns: Column) -> Shape:
    """What can be chosen in, or is asked by, a question: an element of its answers."""
    return Shape(
        "surveymonkey",
        name,
        {"api": "questions", "airbyte": "survey_questions"},
        (
            _SURVEY,
            Column("question_id", api="id", airbyte=("id",)),
            Column("id", api="$value.id", airbyte=("$value.id",)),
            Column("text", api="$value.text", airbyte=("$value.text",)),
            *columns,
        ),
        key=("survey_id", "question_id", "id"),
        explode={"api": Explode(path), "airbyte": Explode(path)},
    )


def _variable(name: str, place: str) -> Column:
    return Column(name, api=f"{place}.{name}", airbyte=(f"{place}.{name}",), is_movable=True)


SHAPES: tuple[Shape, ...] = (
    Shape(
        "surveymonkey",
        "survey",
        {"api": "surveys", "airbyte": "surveys"},
        (Column("id", is_id=True), Column("title"), Column("date_modified")),
        key=("id",),
    ),
    Shape(
        "surveymonkey",
        "question",
        {"api": "questions", "airbyte": "survey_questions"},
        (
            _SURVEY,
            Column("id"),
            Column("heading", api="headings[0].heading", airbyte=("headings[0].heading",)),
            Column("family"),
            Column("subtype"),
        ),
        key=("survey_id", "id"),
    ),
    _of_questions(
        "question_choice",
        "answers.choices",
        Column("weight", api="$value.weight", airbyte=("$value.weight",)),
        Column("is_na", api="$value.is_na", airbyte=("$value.is_na",)),
    ),
    _of_questions("question_row", "answers.rows"),
    Shape(
        "surveymonkey",
        "collector",
        {"api": "collectors", "airbyte": "survey_collectors"},
        (Column("id", is_id=True), Column("survey_id", is_id=True), Column("type")),
        key=("id",),
    ),
    Shape(
        "surveymonkey",
        "message",
        {"api": "messages", "airbyte": "collector_messages"},
        (
            Column("id", is_id=True),
            Column("collector_id", is_id=True),
            Column("type"),
            Column("status"),
            Column("scheduled_date"),
        ),
        key=("id",),
    ),
    Shape(
        "surveymonkey",
        "recipient",
        {"api": "recipients", "airbyte": "collector_recipients"},
        (
            Column("id", is_id=True),
            Column("collector_id", is_id=True),
            Column("mail_status"),
            _variable("account_id", "extra_fields"),
            _variable("contact_id", "extra_fields"),
            _variable("employee_id", "extra_fields"),
            _variable("sent_at", "extra_fields"),
        ),
        key=("collector_id", "id"),
    ),
    Shape(
        "surveymonkey",
        "response",
        {"api": "responses", "airbyte": "survey_responses"},
        (
            Column("id", is_id=True),
            Column("survey_id", is_id=True),
            Column("collector_id", is_id=True),
            Column("recipient_id", is_id=True),
            Column("response_status"),
            Column("collection_mode"),
            Column("date_created"),
            Column("date_modified"),
            *(_variable(name, "custom_variables") for name in _VARIABLES),
        ),
        key=("id",),
        version="date_modified",
    ),
    Shape(
        "surveymonkey",
        "answer",
        {"api": "responses", "airbyte": "survey_responses"},
        (
            Column("response_id", api="id", airbyte=("id",), is_id=True),
            Column("question_id", api="$key", airbyte=("$key",)),
            Column("choice_id", api="$value.choice_id", airbyte=("$value.choice_id",)),
            Column("row_id", api="$value.row_id", airbyte=("$value.row_id",)),
            Column("col_id", api="$value.col_id", airbyte=("$value.col_id",)),
            Column("other_id", api="$value.other_id", airbyte=("$value.other_id",)),
            Column("text", api="$value.text", airbyte=("$value.text",)),
            Column("weight", api="$value.choice_metadata.weight", airbyte=("$value.choice_metadata.weight",)),
            Column("date_modified"),
        ),
        key=("response_id", "question_id", "row_id", "col_id", "choice_id", "other_id"),
        version="date_modified",
        explode={"api": Explode("pages", "questions.answers"), "airbyte": Explode("pages", "questions.answers")},
    ),
)

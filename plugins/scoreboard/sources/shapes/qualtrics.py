"""Qualtrics as staging sees it, from its API or from Fivetran's tables.

The API gives answers as one object per response (`values`: `QID4`, `QID5_2`, `QID6_TEXT`, `QID7_NPS_GROUP`, `2_QID8` in a loop,
embedded data beside them) and has recoded them; Fivetran gives a row per answer with the option's key, which is creation order.
What only Fivetran has is looked for within an entry of the API's (`$value.`), where it never is: nobody misses it there.
"""

from __future__ import annotations

from scoreboard.sources.shapes.base import Column, Explode, Shape

_SURVEY = Column("survey_id", api="surveyId", is_id=True)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "qualtrics",
        "survey",
        {"api": "surveys", "fivetran": "survey"},
        (
            Column("id", is_id=True),
            Column("survey_name", api="name"),
            Column("survey_status", api="isActive"),
            Column("last_modified", api="lastModified"),
        ),
        key=("id",),
        version="last_modified",
    ),
    Shape(
        "qualtrics",
        "question",
        {"api": "questions", "fivetran": "question"},
        (
            _SURVEY,
            Column("id", api="QuestionID"),
            Column("question_text", api="QuestionText"),
            Column("question_type", api="QuestionType"),
            Column("selector", api="Selector"),
            Column("data_export_tag", api="DataExportTag"),
        ),
        key=("survey_id", "id"),
    ),
    # what can be chosen; of a matrix the API calls the statements choices and the options answers
    Shape(
        "qualtrics",
        "question_option",
        {"fivetran": "question_option"},
        (_SURVEY, Column("question_id"), Column("key"), Column("recode_value"), Column("text")),
        key=("survey_id", "question_id", "key"),
    ),
    Shape(
        "qualtrics",
        "question_choice",
        {"api": "questions"},
        (
            _SURVEY,
            Column("question_id", api="QuestionID"),
            Column("question_type", api="QuestionType"),
            Column("key", api="$key"),
            Column("text", api="$value.Display"),
        ),
        key=("survey_id", "question_id", "key"),
        explode={"api": Explode("Choices")},
    ),
    Shape(
        "qualtrics",
        "question_answer",
        {"api": "questions"},
        (
            _SURVEY,
            Column("question_id", api="QuestionID"),
            Column("key", api="$key"),
            Column("text", api="$value.Display"),
        ),
        key=("survey_id", "question_id", "key"),
        explode={"api": Explode("Answers")},
    ),
    Shape(
        "qualtrics",
        "question_recode",
        {"api": "questions"},
        (
            _SURVEY,
            Column("question_id", api="QuestionID"),
            Column("key", api="$key"),
            Column("recode_value", api="$value"),
        ),
        key=("survey_id", "question_id", "key"),
        explode={"api": Explode("RecodeValues")},
    ),
    Shape(
        "qualtrics",
        "question_analysis",
        {"api": "questions"},
        (
            _SURVEY,
            Column("question_id", api="QuestionID"),
            Column("key", api="$key"),
            Column("is_analyzed", api="$value"),
        ),
        key=("survey_id", "question_id", "key"),
        explode={"api": Explode("AnalyzeChoices")},
    ),
    Shape(
        "qualtrics",
        "sub_question",
        {"fivetran": "sub_question"},
        (_SURVEY, Column("question_id"), Column("key"), Column("text")),
        key=("survey_id", "question_id", "key"),
    ),
    Shape(
        "qualtrics",
        "distribution",
        {"api": "distributions", "fivetran": "distribution"},
        (
            Column("id", is_id=True),
            Column("survey_id", api="surveyLink.surveyId", fivetran=("survey_link_survey_id",), is_id=True),
            Column("send_date", api="sendDate"),
            Column("request_type", api="requestType"),
            Column("parent_distribution_id", api="parentDistributionId", is_id=True),
        ),
        key=("id",),
    ),
    Shape(
        "qualtrics",
        "distribution_contact",
        {"api": "distribution_history", "fivetran": "distribution_contact"},
        (
            Column("distribution_id", api="distributionId", is_id=True),
            Column("contact_id", api="contactId", is_id=True),
            Column("response_id", api="responseId", is_id=True),
            Column("sent_at", api="sentAt"),
            Column("status", api="status"),
        ),
        key=("distribution_id", "contact_id"),
    ),
    Shape(
        "qualtrics",
        "contact",
        {"api": "contacts", "fivetran": "directory_contact"},
        (
            Column("id", api="contactId", is_id=True),
            Column("ext_ref", api="extRef", is_movable=True),
            Column(
                "account_id",
                api="embeddedData.account_id",
                fivetran=("account_id", "embedded_data.account_id"),
                is_movable=True,
            ),
        ),
        key=("id",),
    ),
    Shape(
        "qualtrics",
        "core_contact",
        {"fivetran": "core_contact"},
        (
            Column("id", is_id=True),
            Column("ext_ref", fivetran=("external_data_reference",), is_movable=True),
            Column("account_id", fivetran=("account_id", "embedded_data.account_id"), is_movable=True),
        ),
        key=("id",),
    ),
    Shape(
        "qualtrics",
        "survey_response",
        {"api": "responses", "fivetran": "survey_response"},
        (
            Column("id", api="responseId", is_id=True),
            _SURVEY,
            Column("status", api="values.status"),
            Column("finished", api="values.finished"),
            Column("recorded_date", api="values.recordedDate"),
            Column("end_date", api="values.endDate"),
            Column("last_modified_date", api="values.lastModifiedDate"),
            Column("distribution_channel", api="values.distributionChannel"),
            Column("external_reference", api="values.externalDataReference", fivetran=("external_data_reference",)),
        ),
        key=("id",),
        version="last_modified_date",
    ),
    Shape(
        "qualtrics",
        "question_response",
        {"api": "responses", "fivetran": "question_response"},
        (
            Column("response_id", api="responseId", is_id=True),
            Column("question_id", api="$key"),
            Column("value", api="$value"),
            Column("text", api="$value.text"),
            Column("question_option_key", api="$value.question_option_key"),
            Column("sub_question_key", api="$value.sub_question_key"),
            Column("loop_id", api="$value.loop_id"),
            Column("fivetran_id", api="$value.fivetran_id", fivetran=("_fivetran_id",)),
        ),
        key=("response_id", "question_id", "fivetran_id"),
        explode={"api": Explode("values")},
    ),
    Shape(
        "qualtrics",
        "survey_embedded_data",
        {"api": "responses", "fivetran": "survey_embedded_data"},
        (
            Column("response_id", api="responseId", is_id=True),
            Column("key", api="$key"),
            Column("value", api="$value"),
            Column("import_id", api="$value.import_id"),
        ),
        key=("response_id", "key", "import_id"),
        explode={"api": Explode("values")},
    ),
)

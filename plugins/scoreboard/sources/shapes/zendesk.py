"""Zendesk as staging sees it: its API, Fivetran's singular tables and Airbyte's plural ones with nested JSON.

What only one dress has stays null in the others and is worked out in staging: Zendesk's own metrics come with the ticket
(API) or beside it (Airbyte), Fivetran's tables carry the history of a ticket's fields instead. Satisfaction comes as rating
records (API, Airbyte) or as a field's history (Fivetran); the newer surveys are in the API only.
"""

from __future__ import annotations

from scoreboard.sources.shapes.base import Column, Explode, Shape

_VENDOR = "zendesk"

ORGANIZATION = Shape(
    vendor=_VENDOR,
    name="organization",
    landed={"api": "organizations", "fivetran": "organization", "airbyte": "organizations"},
    columns=(
        Column("id", is_id=True),
        # the CRM's account; a movable field, for companies that keep it in an organization field
        Column("external_id", is_movable=True),
        Column("name"),
        Column("updated_at"),
    ),
    key=("id",),
    version="updated_at",
)

USER = Shape(
    vendor=_VENDOR,
    name="user",
    landed={"api": "users", "fivetran": "user", "airbyte": "users"},
    columns=(
        Column("id", is_id=True),
        # the CRM's contact of a requester, the employee's number of an agent
        Column("external_id", is_movable=True),
        Column("role"),
        Column("name"),
        Column("email"),
        Column("updated_at"),
    ),
    key=("id",),
    version="updated_at",
)

GROUP = Shape(
    vendor=_VENDOR,
    name="group",
    landed={"api": "groups", "fivetran": "group", "airbyte": "groups"},
    columns=(Column("id", is_id=True), Column("name"), Column("updated_at")),
    key=("id",),
    version="updated_at",
)

TICKET = Shape(
    vendor=_VENDOR,
    name="ticket",
    landed={"api": "tickets", "fivetran": "ticket", "airbyte": "tickets"},
    columns=(
        Column("id", is_id=True),
        Column("organization_id", is_id=True),
        Column("requester_id", is_id=True),
        Column("assignee_id", is_id=True),
        Column("group_id", is_id=True),
        Column(
            "channel",
            api="via.channel",
            fivetran=("via_channel",),
            airbyte=("via.channel", "via_channel"),
            is_movable=True,
        ),
        # custom fields: Fivetran gives each a column of its own, named after its title
        Column("project_id", fivetran=("custom_project", "custom_project_id", "project_id"), is_movable=True),
        Column("cause", fivetran=("custom_cause", "cause"), is_movable=True),
        Column("priority"),
        Column("status"),
        Column("subject"),
        Column("description"),
        Column("reopens", api="metric_set.reopens"),
        Column("replies", api="metric_set.replies"),
        Column("solved_at", api="metric_set.solved_at"),
        Column("created_at"),
        Column("updated_at"),
    ),
    key=("id",),
    version="updated_at",
)

TICKET_METRIC = Shape(
    vendor=_VENDOR,
    name="ticket_metric",
    landed={"airbyte": "ticket_metrics"},
    columns=(
        Column("ticket_id", is_id=True),
        Column("reopens"),
        Column("replies"),
        Column("solved_at"),
        Column("updated_at"),
    ),
    key=("ticket_id",),
    version="updated_at",
)

TICKET_COMMENT = Shape(
    vendor=_VENDOR,
    name="ticket_comment",
    landed={"api": "ticket_events", "fivetran": "ticket_comment", "airbyte": "ticket_comments"},
    columns=(
        Column("id", api="$value.id", airbyte=("id",), is_id=True),
        Column("ticket_id", is_id=True),
        # an event's children are comments, changes and more; loaders' tables hold comments only
        Column("event_type", api="$value.event_type", airbyte=("event_type",)),
        Column("author_id", api="$value.author_id", fivetran=("user_id",), airbyte=("author_id",), is_id=True),
        Column("is_public", api="$value.public", fivetran=("public",), airbyte=("public",)),
        Column("created_at", api="$value.created_at", fivetran=("created", "created_at"), airbyte=("created_at",)),
    ),
    key=("id",),
    version="created_at",
    explode={"api": Explode("child_events")},
)

TICKET_FIELD_HISTORY = Shape(
    vendor=_VENDOR,
    name="ticket_field_history",
    landed={"api": "ticket_audits", "fivetran": "ticket_field_history", "airbyte": "ticket_audits"},
    columns=(
        Column("ticket_id", is_id=True),
        Column("event_id", api="$value.id", airbyte=("$value.id",), is_id=True),
        # an audit's events are changes of fields and more; a loader's history holds changes only
        Column("event_type", api="$value.type", airbyte=("$value.type",)),
        Column("field_name", api="$value.field_name", airbyte=("$value.field_name",)),
        Column("value", api="$value.value", airbyte=("$value.value",)),
        # the same where it names an agent or a group
        Column("value_id", api="$value.value", fivetran=("value",), airbyte=("$value.value",), is_id=True),
        # of the events about the newer surveys
        Column("survey_id", api="$value.survey_id", airbyte=("$value.survey_id",)),
        Column("survey_response_id", api="$value.survey_response_id", airbyte=("$value.survey_response_id",)),
        Column("changed_at", api="created_at", fivetran=("updated", "updated_at"), airbyte=("created_at",)),
    ),
    key=("ticket_id", "field_name", "changed_at", "event_id"),
    version="changed_at",
    explode={"api": Explode("events"), "airbyte": Explode("events")},
)

SATISFACTION_RATING = Shape(
    vendor=_VENDOR,
    name="satisfaction_rating",
    landed={"api": "satisfaction_ratings", "airbyte": "satisfaction_ratings"},
    columns=(
        Column("id", is_id=True),
        Column("ticket_id", is_id=True),
        Column("requester_id", is_id=True),
        # who was assigned when the rating was given, in Zendesk's own words
        Column("assignee_id", is_id=True),
        Column("group_id", is_id=True),
        Column("score"),
        Column("comment"),
        Column("created_at"),
        Column("updated_at"),
    ),
    key=("id",),
    version="updated_at",
)

SURVEY_RESPONSE = Shape(
    vendor=_VENDOR,
    name="survey_response",
    landed={"api": "survey_responses"},
    columns=(
        Column("id", is_id=True),
        # two spellings of one API, the newer one first
        Column("survey_id", api="survey.id"),
        Column("old_survey_id", api="survey_id"),
        Column("ticket_id", api="subjects[type=ticket].id", is_id=True),
        Column("responder_id", is_id=True),
        Column("answer_type", api="$value.type"),
        Column("question_id", api="$value.question.id"),
        Column("question_text", api="$value.question.headline.value"),
        Column("rating", api="$value.rating"),
        Column("comment", api="$value.value"),
        Column("answered_at", api="$value.created_at"),
        Column("updated_at", api="$value.updated_at"),
    ),
    key=("id", "question_id"),
    version="updated_at",
    explode={"api": Explode("answers")},
)

SHAPES: tuple[Shape, ...] = (
    ORGANIZATION,
    USER,
    GROUP,
    TICKET,
    TICKET_METRIC,
    TICKET_COMMENT,
    TICKET_FIELD_HISTORY,
    SATISFACTION_RATING,
    SURVEY_RESPONSE,
)
"""What the views `raw.zendesk__<name>` are made of."""

"""HubSpot's records as staging sees them, from its CRM API or as Fivetran lands them.

An API record is `{"id", "properties": {...}, "associations": {<to type>: [...]}}`, the associations being those the adapter
read with it; Fivetran lands properties as columns `property_<name>` and associations as tables of their own.
"""

from __future__ import annotations

from scoreboard.sources.shapes.base import Column, Explode, Shape
from scoreboard.sources.shapes.hubspot.links import ACTIVITIES, LINKS


def _property(
    name: str, vendors: str = "", *, fivetran: tuple[str, ...] = (), is_id: bool = False, is_movable: bool = False
) -> Column:
    """A column that is one CRM property; Fivetran calls it `property_<name>`, unless it has columns of its own for it."""
    vendors = vendors or name
    return Column(name, f"properties.{vendors}", (*fivetran, f"property_{vendors}"), is_id=is_id, is_movable=is_movable)


def _custom(name: str) -> Column:
    """What HubSpot has no property for: null until a mapping file names the custom property that holds it."""
    return Column(name, f"properties.{name}", (f"property_{name}",), is_movable=True)


# "1;2;3"; old contacts at Fivetran "1:1467129600000;2:…" in a property of another name
_MERGED = _property("merged_ids", "hs_merged_object_ids")
# the id without a connection's prefix, as the merged ones are written
_PLAIN_ID = Column("plain_id", "id", ("id", "deal_id"))
_OWNER = _property("owner_id", "hubspot_owner_id", fivetran=("owner_id",), is_id=True, is_movable=True)
# a Fivetran connection without the property still tells when it last wrote the row
_UPDATED = Column("updated_at", "properties.hs_lastmodifieddate", ("property_hs_lastmodifieddate", "_fivetran_synced"))

_COMPANY = Shape(
    vendor="hubspot",
    name="company",
    landed={"api": "companies", "fivetran": "company"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", is_id=True),
        _property("name"),
        _property("parent_id", "hs_parent_company_id", is_id=True, is_movable=True),
        _property("industry", is_movable=True),
        _custom("region"),
        _property("country", is_movable=True),
        _property("lifecycle_stage", "lifecyclestage", is_movable=True),
        _property("customer_since", "closedate", is_movable=True),
        _custom("churned_on"),
        _custom("is_strategic"),
        _custom("strategic_reason"),
        _OWNER,
        Column(
            "executive_sponsor_id",
            "properties.executive_sponsor_id",
            ("property_executive_sponsor_id",),
            is_id=True,
            is_movable=True,
        ),
        _PLAIN_ID,
        _MERGED,
        _UPDATED,
    ),
)

_CONTACT = Shape(
    vendor="hubspot",
    name="contact",
    landed={"api": "contacts", "fivetran": "contact"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", is_id=True),
        _property("company_id", "associatedcompanyid", is_id=True, is_movable=True),
        _property("first_name", "firstname"),
        _property("last_name", "lastname"),
        _property("job_title", "jobtitle", is_movable=True),
        _property("email"),
        _property("buying_role", "hs_buying_role", is_movable=True),
        _custom("is_active"),
        _PLAIN_ID,
        _MERGED,
        # contacts alone stamp their changes in a property of this name
        Column("updated_at", "properties.lastmodifieddate", ("property_lastmodifieddate", "_fivetran_synced")),
    ),
)

_DEAL = Shape(
    vendor="hubspot",
    name="deal",
    landed={"api": "deals", "fivetran": "deal"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", fivetran=("deal_id", "id"), is_id=True),
        _property("pipeline_id", "pipeline", fivetran=("deal_pipeline_id",)),
        _property("stage_id", "dealstage", fivetran=("deal_pipeline_stage_id",)),
        _property("kind", "dealtype", is_movable=True),
        _property("amount", is_movable=True),
        _property("currency", "deal_currency_code", is_movable=True),
        _property("created_at", "createdate", is_movable=True),
        _property("closed_at", "closedate", is_movable=True),
        _custom("cost_to_serve"),
        _PLAIN_ID,
        _MERGED,
        _UPDATED,
    ),
)

_STAGE = (
    Column("pipeline_id", "id"),
    Column("stage_id", "$value.id"),
    Column("label", "$value.label"),
    Column("is_closed", "$value.metadata.isClosed", ("is_closed",)),
)

_DEAL_STAGE = Shape(
    vendor="hubspot",
    name="deal_stage",
    landed={"api": "deal_pipelines", "fivetran": "deal_pipeline_stage"},
    key=("pipeline_id", "stage_id"),
    columns=(
        *_STAGE,
        Column("pipeline_label", "label", ("pipeline_label",)),
        Column("probability", "$value.metadata.probability", ("probability",)),
        Column("is_won", "$value.metadata.isWon", ("closed_won",)),
    ),
    explode={"api": Explode("stages")},
)

_DEAL_PIPELINE = Shape(
    vendor="hubspot",
    name="deal_pipeline",
    landed={"api": "deal_pipelines", "fivetran": "deal_pipeline"},
    key=("pipeline_id",),
    columns=(Column("pipeline_id", "id", ("pipeline_id",)), Column("label")),
)

_TICKET_STAGE = Shape(
    vendor="hubspot",
    name="ticket_stage",
    landed={"api": "ticket_pipelines", "fivetran": "ticket_pipeline_stage"},
    key=("pipeline_id", "stage_id"),
    columns=(*_STAGE, Column("ticket_state", "$value.metadata.ticketState", ("ticket_state",))),
    explode={"api": Explode("stages")},
)

_TICKET = Shape(
    vendor="hubspot",
    name="ticket",
    landed={"api": "tickets", "fivetran": "ticket"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", is_id=True),
        _property("pipeline_id", "hs_pipeline"),
        _property("stage_id", "hs_pipeline_stage"),
        _custom("project"),
        _property("channel", "source_type", is_movable=True),
        _property("cause", "hs_ticket_category", is_movable=True),
        _property("priority", "hs_ticket_priority", is_movable=True),
        _OWNER,
        _property("team_id", "hubspot_team_id", is_id=True, is_movable=True),
        _property("created_at", "createdate"),
        _property("first_replied_at", "first_agent_reply_date", is_movable=True),
        _property("solved_at", "closed_date", is_movable=True),
        _custom("reopen_count"),
        _custom("reply_count"),
        _PLAIN_ID,
        _MERGED,
        _UPDATED,
    ),
)

_OWNERS = Shape(
    vendor="hubspot",
    name="owner",
    landed={"api": "owners", "fivetran": "owner"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", fivetran=("owner_id", "id"), is_id=True),
        Column("first_name", "firstName", ("first_name",)),
        Column("last_name", "lastName", ("last_name",)),
        Column("email"),
        # the API tells who was deactivated, Fivetran who is active
        Column("is_archived", "archived", ("is_archived",)),
        Column("is_active", fivetran=("is_active",)),
        Column("updated_at", "updatedAt", ("updated_at",)),
    ),
)

_OWNER_TEAM = Shape(
    vendor="hubspot",
    name="owner_team",
    landed={"api": "owners", "fivetran": "owner_team"},
    key=("owner_id", "team_id"),
    columns=(
        Column("owner_id", "id", ("owner_id",), is_id=True),
        Column("team_id", "$value.id", ("team_id",), is_id=True),
        Column("team_name", "$value.name", ("team_name",)),
        Column("is_primary", "$value.primary", ("is_team_primary",)),
    ),
    explode={"api": Explode("teams")},
)

_TEAM = Shape(
    vendor="hubspot",
    name="team",
    landed={"fivetran": "team"},
    key=("id",),
    columns=(Column("id", is_id=True), Column("name")),
)

_USER = Shape(
    vendor="hubspot",
    name="user",
    landed={"api": "users", "fivetran": "users"},
    key=("id",),
    columns=(
        Column("id", is_id=True),
        _property("owner_id", "hubspot_owner_id", is_id=True),
        _property("job_title", "hs_job_title", is_movable=True),
        _custom("function"),
    ),
)

_FEEDBACK = Shape(
    vendor="hubspot",
    name="feedback_submission",
    landed={"api": "feedback_submissions", "fivetran": "feedback_submission"},
    key=("id",),
    version="updated_at",
    columns=(
        Column("id", is_id=True),
        _property("survey_id", "hs_survey_id", is_id=True),
        _property("survey_name", "hs_survey_name"),
        _property("value", "hs_value", is_movable=True),
        _property("comment", "hs_content", is_movable=True),
        _property("channel", "hs_survey_channel", is_movable=True),
        _custom("wave"),
        _custom("agent_id"),
        _property("submitted_at", "hs_submission_timestamp"),
        _property("created_at", "hs_createdate"),
        _UPDATED,
    ),
)


def _activity(kind: str, landed: str) -> Shape:
    """Calls, emails and meetings alike; their ids share one number space."""
    id_column = Column("id", fivetran=("engagement_id", "id"), is_id=True)
    return Shape(
        vendor="hubspot",
        name=kind,
        landed={"api": landed, "fivetran": f"engagement_{kind}"},
        key=("id",),
        version="updated_at",
        columns=(
            id_column,
            _property("activity_type", "hs_activity_type", is_movable=True),
            _property("direction", f"hs_{kind}_direction", is_movable=True),
            _property("occurred_at", "hs_timestamp"),
            _OWNER,
            _UPDATED,
        ),
    )


SHAPES: tuple[Shape, ...] = (
    _COMPANY,
    _CONTACT,
    _DEAL,
    _DEAL_STAGE,
    _DEAL_PIPELINE,
    _TICKET,
    _TICKET_STAGE,
    _OWNERS,
    _OWNER_TEAM,
    _TEAM,
    _USER,
    _FEEDBACK,
    *(_activity(kind, landed) for kind, landed in ACTIVITIES.items()),
    *LINKS,
)

"""The canonical entities: which columns each has, of which type, which are required (CONTRACT section 2).

This is shape only. What values are acceptable is declared in `expectations/`, one module per entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["text", "number", "flag", "date", "timestamp"]
Domain = Literal["crm", "support", "survey"]

_NUMBERS = {"amount", "cost_to_serve", "value", "weight", "score"}
_NUMBER_ENDINGS = ("_rating", "_count", "_seats")
_DATES = {"month", "customer_since"}
_DATE_ENDINGS = ("_on", "_date")


def kind_of(column: str) -> Kind:
    """Type of a column, told by its name alone (CONTRACT section 2, "Types by name")."""
    if column.endswith("_at"):
        return "timestamp"
    if column in _DATES or column.endswith(_DATE_ENDINGS):
        return "date"
    if column.startswith("is_") or column == "counts_for_award":
        return "flag"
    if column in _NUMBERS or column.endswith(_NUMBER_ENDINGS) or column.startswith("features_"):
        return "number"
    return "text"


@dataclass(frozen=True)
class Entity:
    """One canonical entity.

    `columns` are in the contract's order, the key first; `parents` names, for each required column
    that points at another entity, that entity; `references` the same for optional columns.
    """

    name: str
    domain: Domain
    columns: tuple[str, ...]
    required: frozenset[str]
    parents: dict[str, str]
    references: dict[str, str]

    @property
    def key(self) -> str:
        """The key column: the first one."""
        return self.columns[0]

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Column name -> type."""
        return {column: kind_of(column) for column in self.columns}

    def __hash__(self) -> int:
        return hash(self.name)


def _entity(domain: Domain, name: str, columns: str, parents: str = "", references: str = "") -> Entity:
    """An entity from the contract's own notation: `*` marks a required column, `column>entity` a reference."""
    words = columns.split()
    return Entity(
        name=name,
        domain=domain,
        columns=tuple(word.rstrip("*") for word in words),
        required=frozenset(word.rstrip("*") for word in words if word.endswith("*")),
        parents=dict(_pair(word) for word in parents.split()),
        references=dict(_pair(word) for word in references.split()),
    )


def _pair(word: str) -> tuple[str, str]:
    column, _, entity = word.partition(">")
    return column, entity


# in an order in which every parent comes before its children
_ALL = (
    _entity(
        "crm",
        "employees",
        "employee_id* full_name* job_title team_id team_name function email is_active updated_at*",
    ),
    _entity(
        "crm",
        "projects",
        "project_id* project_name* company_name* city state country updated_at*",
    ),
    _entity(
        "crm",
        "accounts",
        "account_id* account_name* parent_account_id industry region country lifecycle_stage* customer_since churned_on"
        " is_strategic strategic_reason account_manager_id executive_sponsor_id updated_at*",
        references="parent_account_id>accounts account_manager_id>employees executive_sponsor_id>employees",
    ),
    _entity(
        "crm",
        "contacts",
        "contact_id* account_id* full_name* job_title email buying_role is_active updated_at*",
        parents="account_id>accounts",
    ),
    _entity(
        "crm",
        "revenue",
        "revenue_id* account_id* recognised_on* amount* currency* cost_to_serve updated_at*",
        parents="account_id>accounts",
    ),
    _entity(
        "crm",
        "opportunities",
        "opportunity_id* account_id* kind stage amount currency created_on* close_date is_closed is_won updated_at*",
        parents="account_id>accounts",
    ),
    _entity(
        "crm",
        "activities",
        "activity_id* account_id* contact_id employee_id kind* is_inbound occurred_at* updated_at*",
        parents="account_id>accounts",
        references="contact_id>contacts employee_id>employees",
    ),
    _entity(
        "crm",
        "usage",
        "usage_id* account_id* product_id month* licensed_seats active_seats features_available features_used updated_at*",
        parents="account_id>accounts",
    ),
    _entity(
        "crm",
        "assessments",
        "assessment_id* account_id* employee_id* assessed_at* engagement_rating usage_rating note updated_at*",
        parents="account_id>accounts employee_id>employees",
    ),
    _entity(
        "crm",
        "training",
        "record_id* employee_id* program course_id* passed_on score expires_on updated_at*",
        parents="employee_id>employees",
    ),
    _entity(
        "support",
        "tickets",
        "ticket_id* account_id* contact_id project_id channel* cause priority status assignee_id team_id"
        " created_at* first_replied_at solved_at reopen_count reply_count updated_at*",
        parents="account_id>accounts",
        references="contact_id>contacts project_id>projects assignee_id>employees",
    ),
    _entity(
        "survey",
        "surveys",
        "survey_id* survey_name* project_id* kind updated_at*",
        parents="project_id>projects",
    ),
    _entity(
        "survey",
        "questions",
        "question_id* survey_id* question_text* scale_id* measure* category weight counts_for_award touchpoint updated_at*",
        parents="survey_id>surveys",
    ),
    _entity(
        "survey",
        "invitations",
        "invitation_id* survey_id* contact_id employee_id account_id* sent_at* updated_at*",
        parents="survey_id>surveys account_id>accounts",
        references="contact_id>contacts employee_id>employees",
    ),
    _entity(
        "survey",
        "responses",
        "response_id* survey_id* invitation_id respondent_type* contact_id employee_id account_id* ticket_id"
        " agent_id team_id channel wave responded_at* is_complete updated_at*",
        parents="survey_id>surveys account_id>accounts",
        references="invitation_id>invitations contact_id>contacts employee_id>employees ticket_id>tickets agent_id>employees",
    ),
    _entity(
        "survey",
        "answers",
        "answer_id* response_id* question_id* value comment updated_at*",
        parents="response_id>responses question_id>questions",
    ),
)

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in _ALL}
DOMAINS: tuple[Domain, ...] = ("crm", "support", "survey")


def entities_of(domain: Domain) -> list[Entity]:
    """The entities of one domain, parents before children."""
    return [entity for entity in _ALL if entity.domain == domain]

"""The canonical entities as the contract lists them: columns, kinds, required ones, words of a fixed vocabulary, references."""

from __future__ import annotations

from dataclasses import dataclass, field

CATEGORIES = ("technical_support", "field_service", "customer_service", "account_management")
OVERALL = "overall"
SCORED = ("satisfaction", "loyalty")

# entity: domain, then columns; the first is the key, * = required. Order matters: parents come before their children.
_COLUMNS = {
    "projects": "crm: project_id* project_name* company_name* city state country updated_at*",
    "accounts": "crm: account_id* account_name* parent_account_id industry region country lifecycle_stage* customer_since churned_on "
    "is_strategic strategic_reason account_manager_id executive_sponsor_id updated_at*",
    "employees": "crm: employee_id* full_name* job_title team_id team_name function email is_active updated_at*",
    "contacts": "crm: contact_id* account_id* full_name* job_title email buying_role is_active updated_at*",
    "revenue": "crm: revenue_id* account_id* recognised_on* amount* currency* cost_to_serve updated_at*",
    "opportunities": "crm: opportunity_id* account_id* kind stage amount currency created_on* close_date is_closed is_won updated_at*",
    "activities": "crm: activity_id* account_id* contact_id employee_id kind* is_inbound occurred_at* updated_at*",
    "usage": "crm: usage_id* account_id* product_id month* licensed_seats active_seats features_available features_used updated_at*",
    "assessments": "crm: assessment_id* account_id* employee_id* assessed_at* engagement_rating usage_rating note updated_at*",
    "training": "crm: record_id* employee_id* program course_id* passed_on score expires_on updated_at*",
    "tickets": "support: ticket_id* account_id* contact_id project_id channel* cause priority status assignee_id team_id created_at* "
    "first_replied_at solved_at reopen_count reply_count updated_at*",
    "surveys": "survey: survey_id* survey_name* project_id* kind updated_at*",
    "questions": "survey: question_id* survey_id* question_text* scale_id* measure* category weight counts_for_award touchpoint updated_at*",
    "invitations": "survey: invitation_id* survey_id* contact_id employee_id account_id* sent_at* updated_at*",
    "responses": "survey: response_id* survey_id* invitation_id respondent_type* contact_id employee_id account_id* ticket_id agent_id "
    "team_id channel wave responded_at* is_complete updated_at*",
    "answers": "survey: answer_id* response_id* question_id* value comment updated_at*",
}

_WORDS = {
    "accounts.lifecycle_stage": "prospect active churned",
    "accounts.strategic_reason": "brand new_market partner other",
    "contacts.buying_role": "decision_maker recommender influencer",
    "employees.function": "technical_support field_service customer_service account_management executive other",
    "opportunities.kind": "new expansion renewal",
    "activities.kind": "meeting call email event executive_review",
    "tickets.cause": "agent system process product billing technical other",
    "tickets.priority": "low normal high urgent",
    "tickets.status": "new open pending hold solved closed deleted",
    "surveys.kind": "relationship transactional staff",
    "questions.measure": "satisfaction loyalty effort recommendation expectation knowledge professionalism quality_of_solution timeliness "
    "action_alert open_text",
    "questions.category": " ".join(CATEGORIES),
    "responses.respondent_type": "customer employee partner test",
}

# Required columns that name another entity; a row without a valid parent is an orphan.
_PARENTS = {
    "account_id": "accounts",
    "employee_id": "employees",
    "project_id": "projects",
    "survey_id": "surveys",
    "response_id": "responses",
    "question_id": "questions",
}


@dataclass(frozen=True)
class Entity:
    """One entity: `columns` maps each column to its kind (text, number, flag, date, timestamp); `parents` required references."""

    name: str
    domain: str
    key: str
    columns: dict[str, str]
    required: tuple[str, ...]
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)


def kind_of(column: str) -> str:
    """The contract's "Types by name"."""
    if column.endswith("_at"):
        return "timestamp"
    if column.endswith(("_on", "_date")) or column in ("month", "customer_since"):
        return "date"
    if column.startswith("is_") or column == "counts_for_award":
        return "flag"
    if (
        column in ("amount", "cost_to_serve", "value", "weight", "score")
        or column.endswith(("_rating", "_count", "_seats"))
        or column.startswith("features_")
    ):
        return "number"
    return "text"


def _entity(name: str, line: str) -> Entity:
    domain, _, rest = line.partition(": ")
    marked = rest.split()
    columns = [token.rstrip("*") for token in marked]
    required = tuple(token[:-1] for token in marked if token.endswith("*"))
    words = {
        column: frozenset(_WORDS[f"{name}.{column}"].split()) for column in columns if f"{name}.{column}" in _WORDS
    }
    parents = {column: _PARENTS[column] for column in required[1:] if column in _PARENTS}
    return Entity(name, domain, columns[0], {column: kind_of(column) for column in columns}, required, words, parents)


ENTITIES: dict[str, Entity] = {name: _entity(name, line) for name, line in _COLUMNS.items()}

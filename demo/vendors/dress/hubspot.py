"""The sample company as HubSpot holds it: opportunities in the sales pipeline, revenue as won deals of the billing one.

What HubSpot has no property for (region, churn, service line) stands in custom properties, as users keep it. Between the
company's own records lie what every HubSpot holds: deleted and merged records, deals of a third pipeline, associations
with companies that are gone. None of it may move a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from demo.vendors.company import Tables
from demo.vendors.core import World
from demo.vendors.dress import hubspot_noise, hubspot_tables
from scoreboard.mapping.config_checks import words_of

Row = dict[str, Any]
Records = dict[str, list[tuple[str, datetime, Row]]]

_LIFECYCLE = {"active": "customer", "prospect": "opportunity", "churned": "184320917"}
_ROLES = {"decision_maker": "DECISION_MAKER", "recommender": "CHAMPION", "influencer": "INFLUENCER"}
_DEAL_TYPES = {"new": "newbusiness", "expansion": "existingbusiness", "renewal": "renewal"}
_MEETINGS = {"event": "Customer event", "executive_review": "Executive business review"}
_CHANNELS = {"email": "EMAIL", "portal": "FORM", "phone": "PHONE", "chat": "CHAT"}
_PRIORITIES = {"low": "LOW", "normal": "MEDIUM", "high": "HIGH", "urgent": "URGENT"}
_SALES = {  # our stage -> HubSpot's stage id, label, closed, probability
    "qualified": ("qualifiedtobuy", "Qualified to buy", False, "0.4"),
    "proposal": ("presentationscheduled", "Proposal sent", False, "0.6"),
    "negotiation": ("contractsent", "Contract sent", False, "0.9"),
    "won": ("closedwon", "Closed won", True, "1.0"),
    "lost": ("closedlost", "Closed lost", True, "0.0"),
}
_TICKET_STAGES = {  # our status -> HubSpot's stage id, label, ticket state
    "new": ("1", "New", "OPEN"),
    "pending": ("2", "Waiting on contact", "OPEN"),
    "open": ("3", "Waiting on us", "OPEN"),
    "closed": ("4", "Closed", "CLOSED"),
    "hold": ("5", "Parked", "OPEN"),
    "solved": ("6", "Resolved", "CLOSED"),
    "deleted": ("7", "Spam", "CLOSED"),
}
_BILLING, _INVOICED = "66120418", "131007542"


def api(tables: Tables) -> Records:
    """stream -> (id, last change, body), as `HubspotStandIn` serves it."""
    return {
        "owners": [_owner(row) for row in tables["employees"]],
        "users": [_user(row) for row in tables["employees"]],
        "deal_pipelines": [_sales_pipeline(), _billing_pipeline()],
        "ticket_pipelines": [_ticket_pipeline()],
        "companies": [_company(row) for row in tables["accounts"]],
        "contacts": [_contact(row) for row in tables["contacts"]],
        "deals": [*(_deal(row) for row in tables["opportunities"]), *(_invoice(row) for row in tables["revenue"])],
        **{
            f"{kind}s": [_activity(row) for row in tables["activities"] if _kind(row) == kind]
            for kind in ("call", "email", "meeting")
        },
        "tickets": [_ticket(row) for row in tables["tickets"]],
        "feedback_submissions": [],
    }


def load(world: World, tables: Tables) -> None:
    """Put the company and its noise into a stand-in's world."""
    records, gone = hubspot_noise.added(api(tables))
    for stream, rows in records.items():
        for key, stamp, body in rows:
            world.put(stream, key, body, stamp=stamp.replace(tzinfo=UTC))
    for stream, key, stamp, is_hard in gone:
        world.delete(stream, key, stamp=stamp.replace(tzinfo=UTC), is_hard=is_hard)


def fivetran(tables: Tables) -> dict[str, list[Row]]:
    """table -> rows, as Fivetran lands the same account, deleted and merged rows included."""
    records, gone = hubspot_noise.added(api(tables))
    return hubspot_tables.rendered(records, {(stream, key) for stream, key, _, is_hard in gone if not is_hard})


def mapping(tables: Tables) -> Row:
    """What this company's administrator writes into sources/hubspot.yaml."""
    causes = {row["cause"] for row in tables["tickets"]} & set(words_of("tickets", "cause")) - {"product", "billing"}
    return {
        "fields": {
            "company": {
                name: _property(custom)
                for name, custom in {
                    "region": "sales_region",
                    "customer_since": "customer_since",
                    "churned_on": "contract_ended_on",
                    "is_strategic": "strategic_account",
                    "strategic_reason": "strategic_reason",
                    "executive_sponsor_id": "executive_sponsor",
                }.items()
            },
            "contact": {"is_active": _property("still_with_company")},
            "deal": {"cost_to_serve": _property("cost_of_delivery")},
            "user": {"function": _property("service_function")},
            "ticket": {
                "project": _property("service_line"),
                "reopen_count": _property("times_reopened"),
                "reply_count": _property("agent_replies"),
            },
        },
        "values": {
            "accounts": {"lifecycle_stage": {_LIFECYCLE["churned"]: "churned"}},
            "opportunities": {"stage": {label: ours for ours, (_, label, _, _) in _SALES.items()}},
            "activities": {"kind": {theirs: ours for ours, theirs in _MEETINGS.items()}},
            "tickets": {
                "channel": {"FORM": "portal"},
                "cause": {f"{cause.upper()}_ISSUE": cause for cause in sorted(causes)},
                "status": {label: ours for ours, (_, label, _) in _TICKET_STAGES.items()},
            },
        },
        "options": {"opportunity_pipelines": "default", "revenue_pipelines": "Billing"},
    }


def _property(name: str) -> list[str]:
    """Where a custom property is found: in the API's records, or in Fivetran's columns."""
    return [f"properties.{name}", f"property_{name}"]


def _owner(row: Row) -> tuple[str, datetime, Row]:
    first, last = _names(row["full_name"])
    body = {
        "email": row["email"],
        "firstName": first,
        "lastName": last,
        "userId": int(row["employee_id"][-6:]),
        "type": "PERSON",
        "archived": not row["is_active"],
        "teams": [{"id": row["team_id"], "name": row["team_name"], "primary": True}] if row["team_id"] else [],
    }
    return row["employee_id"], row["updated_at"], body


def _user(row: Row) -> tuple[str, datetime, Row]:
    held = {
        "hubspot_owner_id": row["employee_id"],
        "hs_job_title": row["job_title"],
        "service_function": row["function"],
    }
    return row["employee_id"][-6:], row["updated_at"], {"properties": held}


def _pipeline(key: str, label: str, stages: list[Row]) -> tuple[str, datetime, Row]:
    for place, stage in enumerate(stages):
        stage |= {"displayOrder": place, "archived": False}
    return key, datetime(2022, 1, 3, 9), {"label": label, "displayOrder": 0, "stages": stages}


def _sales_pipeline() -> tuple[str, datetime, Row]:
    stages = [
        {"id": key, "label": label, "metadata": {"isClosed": str(closed).lower(), "probability": probability}}
        for key, label, closed, probability in _SALES.values()
    ]
    return _pipeline("default", "Sales Pipeline", stages)


def _billing_pipeline() -> tuple[str, datetime, Row]:
    stages = [
        {"id": "131007541", "label": "To be invoiced", "metadata": {"isClosed": "false", "probability": "0.9"}},
        {"id": _INVOICED, "label": "Invoiced", "metadata": {"isClosed": "true", "probability": "1.0"}},
    ]
    return _pipeline(_BILLING, "Billing", stages)


def _ticket_pipeline() -> tuple[str, datetime, Row]:
    stages = [
        {"id": key, "label": label, "metadata": {"ticketState": state, "isClosed": str(state == "CLOSED").lower()}}
        for key, label, state in _TICKET_STAGES.values()
    ]
    return _pipeline("0", "Support Pipeline", stages)


def _company(row: Row) -> tuple[str, datetime, Row]:
    held = {
        "name": row["account_name"],
        "hs_parent_company_id": row["parent_account_id"],
        "industry": row["industry"],
        "sales_region": row["region"],
        "country": row["country"],
        "lifecyclestage": _LIFECYCLE.get(row["lifecycle_stage"], row["lifecycle_stage"]),
        "customer_since": _text(row["customer_since"]),
        "contract_ended_on": _text(row["churned_on"]),
        "strategic_account": _text(row["is_strategic"]),
        "strategic_reason": row["strategic_reason"],
        "hubspot_owner_id": row["account_manager_id"],
        "executive_sponsor": row["executive_sponsor_id"],
        # the customer's own estimated turnover, which no figure may ever touch
        "annualrevenue": "950000000",
    }
    return row["account_id"], row["updated_at"], {"properties": held}


def _contact(row: Row) -> tuple[str, datetime, Row]:
    first, last = _names(row["full_name"])
    held = {
        "associatedcompanyid": row["account_id"],
        "firstname": first,
        "lastname": last,
        "jobtitle": row["job_title"],
        "email": row["email"],
        "hs_buying_role": _ROLES.get(row["buying_role"], row["buying_role"]),
        "still_with_company": _text(row["is_active"]),
    }
    return row["contact_id"], row["updated_at"], {"properties": held}


def _deal(row: Row) -> tuple[str, datetime, Row]:
    held = {
        "pipeline": "default",
        "dealstage": _SALES[row["stage"]][0],
        "dealtype": _DEAL_TYPES.get(row["kind"], row["kind"]),
        "amount": _text(row["amount"]),
        "deal_currency_code": row["currency"],
        "createdate": f"{row['created_on']}T09:12:00.000Z",
        "closedate": f"{row['close_date']}T17:40:00.000Z" if row["close_date"] else None,
    }
    return row["opportunity_id"], row["updated_at"], {"properties": held, "associations": _linked(row, primary=5)}


def _invoice(row: Row) -> tuple[str, datetime, Row]:
    held = {
        "pipeline": _BILLING,
        "dealstage": _INVOICED,
        "amount": _text(row["amount"]),
        "deal_currency_code": row["currency"],
        "createdate": f"{row['recognised_on']}T00:00:00.000Z",
        "closedate": f"{row['recognised_on']}T00:00:00.000Z",
        "cost_of_delivery": _text(row["cost_to_serve"]),
    }
    return row["revenue_id"], row["updated_at"], {"properties": held, "associations": _linked(row, primary=5)}


def _kind(row: Row) -> str:
    return row["kind"] if row["kind"] in ("call", "email") else "meeting"


def _activity(row: Row) -> tuple[str, datetime, Row]:
    held = {"hs_timestamp": _text(row["occurred_at"]), "hubspot_owner_id": row["employee_id"]}
    match _kind(row):
        case "call":
            held["hs_call_direction"] = {True: "INBOUND", False: "OUTBOUND"}.get(row["is_inbound"])
        case "email":
            held["hs_email_direction"] = {True: "INCOMING_EMAIL", False: "EMAIL"}.get(row["is_inbound"])
        case "meeting":
            held["hs_activity_type"] = _MEETINGS.get(row["kind"])
    links = _linked(row)
    if row["contact_id"] and int(row["activity_id"]) % 7 == 0:
        links["companies"] = []  # logged with the person alone
    return row["activity_id"], row["updated_at"], {"properties": held, "associations": links}


def _ticket(row: Row) -> tuple[str, datetime, Row]:
    held = {
        "hs_pipeline": "0",
        "hs_pipeline_stage": _TICKET_STAGES[row["status"]][0],
        "source_type": _CHANNELS[row["channel"]],
        "hs_ticket_category": f"{row['cause'].upper()}_ISSUE" if row["cause"] else None,
        "hs_ticket_priority": _PRIORITIES[row["priority"]],
        "hubspot_owner_id": row["assignee_id"],
        "hubspot_team_id": row["team_id"],
        "service_line": row["project_id"],
        "createdate": _text(row["created_at"]),
        "first_agent_reply_date": _text(row["first_replied_at"]),
        "closed_date": _text(row["solved_at"]),
        "times_reopened": _text(row["reopen_count"]),
        "agent_replies": _text(row["reply_count"]),
    }
    return row["ticket_id"], row["updated_at"], {"properties": held, "associations": _linked(row, primary=26)}


def _linked(row: Mapping[str, Any], primary: int = 0) -> Row:
    """The associations of a record as v4 gives them: the primary company wears two types."""
    kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
    if primary:
        kinds.append({"category": "HUBSPOT_DEFINED", "typeId": primary, "label": "Primary"})
    contact = row.get("contact_id")
    plain = [{"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}]
    return {
        "companies": [{"toObjectId": int(row["account_id"]), "associationTypes": kinds}],
        "contacts": [{"toObjectId": int(contact), "associationTypes": plain}] if contact else [],
    }


def _names(full_name: str) -> tuple[str, str | None]:
    first, _, last = full_name.partition(" ")
    return first, last or None


def _text(value: Any) -> str | None:
    """A property's value as HubSpot serves every one: as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)

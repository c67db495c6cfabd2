"""The sample company's customers, people, deals, orders and activities as records of Salesforce objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from demo.vendors.company import Row, Tables
from demo.vendors.salesforce_objects import has_bin

STAGES = {
    "qualified": "Qualification",
    "proposal": "Proposal/Price Quote",
    "negotiation": "Negotiation/Review",
    "won": "Closed Won",
    "lost": "Closed Lost",
}
_TYPES = {"prospect": "Prospect", "active": "Customer - Direct", "churned": "Former Customer"}
_DEALS = {"new": "New Business", "expansion": "Expansion", "renewal": "Renewal"}
_ROLES = {
    "decision_maker": ("Decision Maker", "Economic Buyer"),
    "recommender": ("Evaluator", "Technical Buyer"),
    "influencer": ("Influencer", "Influencer"),
}
_COUNTRIES = {"US": "United States", "GB": "United Kingdom", "NL": "Netherlands", "CA": "Canada", "AU": "Australia"}
_EVENTS = {"meeting": "Meeting", "event": "Conference", "executive_review": "Executive Review"}
_FIRST_ROLE = 800000000000000000


@dataclass(frozen=True)
class Kept:
    """One record as the org holds it; instants in `body` are datetimes, its stamp and deletion stand beside it."""

    object: str
    id: str
    stamp: datetime
    body: Mapping[str, Any]
    is_deleted: bool = False

    @property
    def has_bin(self) -> bool:
        """Whether its object knows deleted records."""
        return has_bin(self.object)


def objects(tables: Tables) -> dict[str, list[Kept]]:
    """object -> the records that the company's figures come from."""
    return {
        "UserRole": _roles(tables),
        "User": [_user(row) for row in tables["employees"]],
        "Account": [_account(place, row) for place, row in enumerate(tables["accounts"])],
        "Contact": [_contact(row) for row in tables["contacts"]],
        **_buying_roles(tables),
        "Opportunity": [_opportunity(row) for row in tables["opportunities"]],
        "Order": [_order(row) for row in tables["revenue"]],
        "Task": [_task(row) for row in tables["activities"] if row["kind"] in ("email", "call")],
        "Event": [_event(row) for row in tables["activities"] if row["kind"] in _EVENTS],
    }


def utc(at: datetime) -> datetime:
    """The company's instants are UTC and do not say so."""
    return at.replace(tzinfo=UTC)


def spoken(word: str) -> str:
    """A value as a picklist shows it: `food_and_beverage` -> Food and Beverage."""
    return word.replace("_", " ").title().replace(" And ", " and ")


def _spoken(word: str | None) -> str | None:
    return None if word is None else spoken(word)


def _roles(tables: Tables) -> list[Kept]:
    names = {row["team_id"]: row["team_name"] for row in tables["employees"] if row["team_id"]}
    first = min(utc(row["updated_at"]) for row in tables["employees"])
    return [Kept("UserRole", key, first, {"Name": name}) for key, name in names.items()]


def _user(row: Row) -> Kept:
    body = {
        "Name": row["full_name"],
        "Username": row["email"],
        "Title": row["job_title"],
        "Email": row["email"],
        "IsActive": row["is_active"],
        "UserType": "Standard",
        "UserRoleId": row["team_id"],
        "Service_Function__c": _spoken(row["function"]),
    }
    return Kept("User", row["employee_id"], utc(row["updated_at"]), body)


def _account(place: int, row: Row) -> Kept:
    is_strategic = row["is_strategic"]
    body = {
        "Name": row["account_name"],
        "Type": _TYPES.get(row["lifecycle_stage"], row["lifecycle_stage"]),
        "ParentId": row["parent_account_id"],
        "MasterRecordId": None,
        "Industry": _spoken(row["industry"]),
        "BillingCountry": _COUNTRIES.get(row["country"], row["country"]),
        "BillingCountryCode": row["country"],
        "OwnerId": row["account_manager_id"],
        # what the customer turns over, or what somebody once typed: nobody's revenue with us
        "AnnualRevenue": (None, 950000000.0, 12.0)[place % 3],
        "Sales_Region__c": row["region"],
        "Customer_Since__c": row["customer_since"],
        "Lost_On__c": row["churned_on"],
        "Key_Account__c": None if is_strategic is None else ("Yes" if is_strategic else "No"),
        "Key_Account_Reason__c": _spoken(row["strategic_reason"]),
        "Sponsor__c": row["executive_sponsor_id"],
    }
    return Kept("Account", row["account_id"], utc(row["updated_at"]), body)


def _contact(row: Row) -> Kept:
    first, _, last = row["full_name"].partition(" ")
    body = {
        "Name": row["full_name"],
        "FirstName": first,
        "LastName": last,
        "AccountId": row["account_id"],
        "MasterRecordId": None,
        "Title": row["job_title"],
        "Email": row["email"],
        "Still_There__c": row["is_active"],
    }
    return Kept("Contact", row["contact_id"], utc(row["updated_at"]), body)


def _buying_roles(tables: Tables) -> dict[str, list[Kept]]:
    """Who decides is said at the account by some sellers, at the deal by others, and twice by a few."""
    deals = {row["account_id"]: row["opportunity_id"] for row in tables["opportunities"]}
    at_accounts, in_deals = [], []
    for place, row in enumerate(tables["contacts"]):
        number, stamp, account = _FIRST_ROLE + place, utc(row["updated_at"]), row["account_id"]
        if row["buying_role"] is None:
            if place % 5 == 0:
                at_accounts.append(
                    _role("AccountContactRole", number, stamp, {"AccountId": account}, row, "Business User")
                )
            continue
        words = _ROLES.get(row["buying_role"], (row["buying_role"],) * 2)
        if place % 2 and account in deals:
            in_deals.append(
                _role(
                    "OpportunityContactRole",
                    number,
                    stamp,
                    {"OpportunityId": deals[account]},
                    row,
                    words[place % 3 > 0],
                )
            )
        else:
            at_accounts.append(_role("AccountContactRole", number, stamp, {"AccountId": account}, row, words[0]))
        if place % 7 == 0 and account in deals:
            weaker = _role(
                "OpportunityContactRole", number + 10**12, stamp, {"OpportunityId": deals[account]}, row, "Other"
            )
            in_deals.append(weaker)
    return {"AccountContactRole": at_accounts, "OpportunityContactRole": in_deals}


def _role(name: str, number: int, stamp: datetime, at: Mapping[str, str], row: Row, role: str) -> Kept:
    return Kept(name, str(number), stamp, {**at, "ContactId": row["contact_id"], "Role": role, "IsPrimary": False})


def _opportunity(row: Row) -> Kept:
    body = {
        "Name": f"{row['kind']} {row['opportunity_id'][-5:]}",
        "AccountId": row["account_id"],
        "Type": _DEALS.get(row["kind"], row["kind"]),
        "StageName": STAGES[row["stage"]],
        "Amount": float(row["amount"]),
        "CurrencyIsoCode": row["currency"],
        "CloseDate": row["close_date"],
        "IsClosed": row["is_closed"],
        "IsWon": row["is_won"],
        "CreatedDate": _noon(row["created_on"]),
    }
    return Kept("Opportunity", row["opportunity_id"], utc(row["updated_at"]), body)


def _order(row: Row) -> Kept:
    cost = row["cost_to_serve"]
    body = {
        "OrderNumber": row["revenue_id"][-8:],
        "AccountId": row["account_id"],
        "Status": "Activated",
        "EffectiveDate": row["recognised_on"],
        "TotalAmount": float(row["amount"]),
        "CurrencyIsoCode": row["currency"],
        "Cost_to_Serve__c": None if cost is None else float(cost),
        "CreatedDate": _noon(row["recognised_on"]),
    }
    return Kept("Order", row["revenue_id"], utc(row["updated_at"]), body)


def _task(row: Row) -> Kept:
    subtype = row["kind"].title()
    body = {
        **_about(row),
        "Subject": f"{subtype}: {row['activity_id'][-5:]}",
        "Type": subtype if row["activity_id"].endswith("3") else None,  # hardly anybody fills it in
        "TaskSubtype": subtype,
        "IsClosed": True,
        "CompletedDateTime": utc(row["occurred_at"]),
        "CreatedDate": utc(row["occurred_at"]) - timedelta(minutes=1),
    }
    return Kept("Task", row["activity_id"], utc(row["updated_at"]), body)


def _event(row: Row) -> Kept:
    body = {
        **_about(row),
        "Subject": _EVENTS[row["kind"]],
        "Type": _EVENTS[row["kind"]],
        "EventSubtype": "Event",
        "StartDateTime": utc(row["occurred_at"]),
        "IsChild": False,
        "CreatedDate": utc(row["occurred_at"]) - timedelta(days=3),
    }
    return Kept("Event", row["activity_id"], utc(row["updated_at"]), body)


def _about(row: Row) -> dict[str, Any]:
    inbound = row["is_inbound"]
    return {
        "AccountId": row["account_id"],
        "WhoId": row["contact_id"],
        "WhatId": row["account_id"],
        "OwnerId": row["employee_id"],
        "Direction__c": None if inbound is None else ("Inbound" if inbound else "Outbound"),
        "IsRecurrence": False,
        "IsArchived": False,
    }


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)

"""The objects of the stand-in Salesforce: their standard fields, and the custom ones that its records turn out to have."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from demo.vendors.core import World

# every object has Id and SystemModstamp; CurrencyIsoCode is there where records have it, as in an org of several currencies
STANDARD = {
    "UserRole": "Name DeveloperName ParentRoleId",
    "User": "Name Username Title Department Email IsActive UserType UserRoleId ManagerId CreatedDate LastModifiedDate",
    "Account": "Name Type ParentId Industry BillingAddress BillingCountry BillingCountryCode OwnerId AnnualRevenue"
    " NumberOfEmployees Website MasterRecordId CreatedDate LastModifiedDate IsDeleted",
    "Contact": "Name FirstName LastName AccountId Title Email Department ReportsToId OwnerId MasterRecordId CreatedDate"
    " LastModifiedDate IsDeleted",
    "AccountContactRole": "AccountId ContactId Role IsPrimary CreatedDate IsDeleted",
    "Opportunity": "Name AccountId Type StageName Amount CloseDate IsClosed IsWon OwnerId Probability CreatedDate"
    " LastModifiedDate IsDeleted",
    "OpportunityContactRole": "OpportunityId ContactId Role IsPrimary CreatedDate IsDeleted",
    "Order": "OrderNumber AccountId OpportunityId Status EffectiveDate TotalAmount OwnerId CreatedDate LastModifiedDate IsDeleted",
    "Task": "Subject AccountId WhoId WhatId OwnerId Type TaskSubtype CallType Status IsClosed IsRecurrence IsArchived"
    " ActivityDate CompletedDateTime CreatedDate LastModifiedDate IsDeleted",
    "Event": "Subject AccountId WhoId WhatId OwnerId Type EventSubtype StartDateTime EndDateTime ActivityDate IsChild"
    " IsRecurrence IsArchived CreatedDate LastModifiedDate IsDeleted",
}
_NO_DELETED_LOG = {"UserRole"}
_TYPES = {
    "Id": "id",
    "BillingAddress": "address",
    "Amount": "currency",
    "TotalAmount": "currency",
    "AnnualRevenue": "currency",
    "Probability": "percent",
    "NumberOfEmployees": "int",
    "CloseDate": "date",
    "EffectiveDate": "date",
    "ActivityDate": "date",
    "CreatedDate": "datetime",
    "LastModifiedDate": "datetime",
    "SystemModstamp": "datetime",
}
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000)")


def fields_of(world: World, name: str) -> dict[str, str]:
    """Field -> type of one object, as its describe tells them."""
    fields: dict[str, str | None] = {
        field: _standard_type(field) for field in ("Id", *STANDARD[name].split(), "SystemModstamp")
    }
    for version in world.ledger:
        if version.stream == name:
            for field, value in (version.body or {}).items():
                if fields.get(field) is None and not isinstance(value, dict):
                    fields[field] = _type_of(value)
    return {field: kind or "string" for field, kind in fields.items()}


def describe(world: World, name: str, hidden: frozenset[str]) -> dict[str, Any]:
    """sObject describe, as far as anybody reads it here."""
    return {
        "name": name,
        "label": name,
        "queryable": True,
        "replicateable": has_log(name),
        "custom": False,
        "fields": [
            {
                "name": field,
                "type": kind,
                "label": field,
                "custom": field.endswith("__c"),
                "relationshipName": field[:-2] if kind == "reference" else None,
            }
            for field, kind in fields_of(world, name).items()
            if field not in hidden
        ],
    }


def has_bin(name: str) -> bool:
    """Whether deleted records of the object stay readable for a while."""
    return "IsDeleted" in STANDARD[name].split()


def has_log(name: str) -> bool:
    """Whether deletions of the object are logged."""
    return name not in _NO_DELETED_LOG


def in_rest(at: datetime) -> str:
    """An instant as REST spells it."""
    return f"{_milliseconds(at)}+0000"


def in_bulk(value: Any) -> str:
    """A value as a CSV cell of the Bulk API."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text.replace("+0000", "Z") if _DATETIME.fullmatch(text) else text


def _milliseconds(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}"


def _standard_type(field: str) -> str:
    if field in _TYPES:
        return _TYPES[field]
    if field.startswith("Is"):
        return "boolean"
    if field.endswith("DateTime"):
        return "datetime"
    return "reference" if field.endswith("Id") else "string"


def _type_of(value: Any) -> str | None:
    """The type of a custom field, told by a value; None where it holds nothing yet."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "double"
    return "datetime" if _DATETIME.fullmatch(str(value)) else "string"

"""Salesforce as staging sees it, whether its API, Fivetran or Airbyte delivered it.

Paths are the API's field names. Fivetran lands most of them in snake case and some connections keep the API's spelling;
Airbyte keeps the API's: every column tries both. What Salesforce has no standard field for waits under a custom name
(`Region__c`); a user's mapping file points it elsewhere, and where no such field exists the column is null.
`Account.AnnualRevenue` is the customer's own turnover, not what we earn there: it is read nowhere.
"""

from __future__ import annotations

import re

from scoreboard.sources.shapes.base import Column, Shape

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(path: str) -> str:
    """A field's name as Fivetran spells it: `AccountId` -> account_id, `Region__c` -> region__c."""
    return _HUMP.sub("_", path).lower().replace("___", "__")


def spellings(path: str) -> tuple[str, ...]:
    """Every name under which a loader may have landed a field of the API; custom ones also with one underscore."""
    snake = snake_case(path)
    return tuple(dict.fromkeys((snake, re.sub(r"_+", "_", snake), path)))


def _column(name: str, path: str, *also: str, is_id: bool = False, is_movable: bool = False) -> Column:
    named = [spelling for one in (path, *also) for spelling in spellings(one)]
    api_first = [spelling for one in (path, *also) for spelling in (one, *spellings(one))]
    return Column(
        name,
        api=path,
        fivetran=tuple(dict.fromkeys(named)),
        airbyte=tuple(dict.fromkeys(api_first)),
        is_id=is_id,
        is_movable=is_movable,
    )


def _ours(name: str, path: str, *, is_id: bool = False) -> Column:
    """A column that a user's mapping file may read from another field."""
    return _column(name, path, is_id=is_id, is_movable=True)


def _id(name: str, path: str) -> Column:
    return _column(name, path, is_id=True)


_ID = _id("id", "Id")
_IS_DELETED = _column("is_deleted", "IsDeleted")
_MODIFIED = Column(
    "system_modstamp",
    api="SystemModstamp",
    # tables that lack it order their versions by the next best instant they have
    fivetran=("system_modstamp", "SystemModstamp", "last_modified_date", "LastModifiedDate", "_fivetran_synced"),
    airbyte=("SystemModstamp", "system_modstamp", "LastModifiedDate", "last_modified_date", "_airbyte_extracted_at"),
)


def _shape(name: str, object_name: str, *columns: Column, is_deletable: bool = True) -> Shape:
    return Shape(
        vendor="salesforce",
        name=name,
        landed={"api": object_name, "fivetran": name, "airbyte": object_name},
        columns=(_ID, *columns, *((_IS_DELETED,) if is_deletable else ()), _MODIFIED),
        key=("id",),
        version="system_modstamp",
    )


SHAPES: tuple[Shape, ...] = (
    _shape("user_role", "UserRole", _column("name", "Name"), is_deletable=False),
    _shape(
        "user",
        "User",
        _column("name", "Name"),
        _column("title", "Title"),
        _column("email", "Email"),
        _column("is_active", "IsActive"),
        _column("user_type", "UserType"),
        _ours("team_id", "UserRoleId", is_id=True),
        _ours("team_name", "Team_Name__c"),
        _ours("function", "Function__c"),
        is_deletable=False,
    ),
    _shape(
        "account",
        "Account",
        _column("name", "Name"),
        _id("parent_id", "ParentId"),
        _id("master_record_id", "MasterRecordId"),
        _ours("account_manager_id", "OwnerId", is_id=True),
        _ours("executive_sponsor_id", "Executive_Sponsor__c", is_id=True),
        _ours("industry", "Industry"),
        _ours("region", "Region__c"),
        _ours("country", "BillingCountry"),
        _ours("lifecycle_stage", "Type"),
        _ours("customer_since", "Customer_Since__c"),
        _ours("churned_on", "Churned_On__c"),
        _ours("is_strategic", "Is_Strategic__c"),
        _ours("strategic_reason", "Strategic_Reason__c"),
    ),
    _shape(
        "contact",
        "Contact",
        _column("name", "Name"),
        _id("account_id", "AccountId"),
        _id("master_record_id", "MasterRecordId"),
        _column("title", "Title"),
        _column("email", "Email"),
        _ours("buying_role", "Buying_Role__c"),
        _ours("is_active", "Is_Active__c"),
    ),
    _shape(
        "account_contact_role",
        "AccountContactRole",
        _id("account_id", "AccountId"),
        _id("contact_id", "ContactId"),
        _ours("role", "Role"),
    ),
    _shape(
        "opportunity",
        "Opportunity",
        _id("account_id", "AccountId"),
        _ours("kind", "Type"),
        _ours("stage", "StageName"),
        _ours("amount", "Amount"),
        _ours("currency", "CurrencyIsoCode"),
        _ours("cost_to_serve", "Cost_to_Serve__c"),
        _ours("recognised_on", "CloseDate"),
        _column("created_date", "CreatedDate"),
        _column("close_date", "CloseDate"),
        _column("is_closed", "IsClosed"),
        _column("is_won", "IsWon"),
    ),
    _shape(
        "opportunity_contact_role",
        "OpportunityContactRole",
        _id("opportunity_id", "OpportunityId"),
        _id("contact_id", "ContactId"),
        _ours("role", "Role"),
    ),
    _shape(
        "order",
        "Order",
        _id("account_id", "AccountId"),
        _ours("status", "Status"),
        _ours("recognised_on", "EffectiveDate"),
        _ours("amount", "TotalAmount"),
        _ours("currency", "CurrencyIsoCode"),
        _ours("cost_to_serve", "Cost_to_Serve__c"),
    ),
    _shape(
        "task",
        "Task",
        _id("account_id", "AccountId"),
        _id("who_id", "WhoId"),
        _id("what_id", "WhatId"),
        _id("owner_id", "OwnerId"),
        _ours("kind", "Type"),
        _column("subtype", "TaskSubtype"),
        _ours("direction", "CallType"),
        _ours("occurred_at", "CompletedDateTime"),
        _column("created_date", "CreatedDate"),
        _column("is_closed", "IsClosed"),
        _column("is_recurrence", "IsRecurrence"),
    ),
    _shape(
        "event",
        "Event",
        _id("account_id", "AccountId"),
        _id("who_id", "WhoId"),
        _id("what_id", "WhatId"),
        _id("owner_id", "OwnerId"),
        _ours("kind", "Type"),
        _column("subtype", "EventSubtype"),
        _ours("direction", "Direction__c"),
        Column(
            "occurred_at",
            api="StartDateTime",
            fivetran=("start_date_time", "StartDateTime", "activity_date_time", "ActivityDateTime", "activity_date"),
            airbyte=("StartDateTime", "ActivityDateTime", "ActivityDate"),
            is_movable=True,
        ),
        _column("is_child", "IsChild"),
        _column("is_recurrence", "IsRecurrence"),
    ),
)

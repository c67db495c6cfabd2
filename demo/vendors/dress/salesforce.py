"""The sample company as a Salesforce org: its API's records, and the tables that Fivetran and Airbyte land of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from demo.vendors.company import Tables
from demo.vendors.core import World
from demo.vendors.dress.salesforce_noise import with_noise
from demo.vendors.dress.salesforce_objects import STAGES, Kept, objects, spoken
from demo.vendors.salesforce_objects import in_rest
from scoreboard.mapping.config_checks import words_of

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TABLES = {  # object -> Fivetran's table
    "UserRole": "user_role",
    "User": "user",
    "Account": "account",
    "Contact": "contact",
    "AccountContactRole": "account_contact_role",
    "Opportunity": "opportunity",
    "OpportunityContactRole": "opportunity_contact_role",
    "Order": "order",
    "Task": "task",
    "Event": "event",
}
_IN_HISTORY_MODE = "Account"
_SYNCED = timedelta(hours=3)  # from the newest record to the loader's last visit


def mapping(tables: Tables) -> dict[str, Any]:
    """sources/salesforce.yaml as the company's administrator wrote it: own fields, own words for values."""
    industries = {row["industry"] for row in tables["accounts"] if row["industry"]}
    functions = {row["function"] for row in tables["employees"]} & set(words_of("employees", "function"))
    reasons = {row["strategic_reason"] for row in tables["accounts"] if row["strategic_reason"]}
    return {
        "fields": {
            "account": {
                "region": _own("Sales_Region__c"),
                "country": ["BillingCountryCode", "billing_country_code"],
                "churned_on": _own("Lost_On__c"),
                "is_strategic": _own("Key_Account__c"),
                "strategic_reason": _own("Key_Account_Reason__c"),
                "executive_sponsor_id": _own("Sponsor__c"),
            },
            "contact": {"is_active": _own("Still_There__c")},
            "user": {"function": _own("Service_Function__c")},
            "task": {"direction": _own("Direction__c")},
            "event": {"direction": _own("Direction__c")},
        },
        "values": {
            "accounts": {
                "industry": {spoken(word): word for word in sorted(industries)},
                "strategic_reason": {spoken(word): word for word in sorted(reasons)},
            },
            "employees": {"function": {spoken(word): word for word in sorted(functions)}},
            "opportunities": {"stage": {theirs: ours for ours, theirs in STAGES.items()}},
            "activities": {"kind": {"Executive Review": "executive_review", "Conference": "event"}},
        },
    }


def api(tables: Tables) -> dict[str, list[tuple[str, datetime, dict[str, Any]]]]:
    """stream -> (Id, SystemModstamp, body) of everything outside the recycle bin."""
    return {
        name: [(kept.id, kept.stamp, _in_rest(kept.body)) for kept in records if not kept.is_deleted]
        for name, records in _everything(tables).items()
    }


def load(world: World, tables: Tables) -> None:
    """Fill a world: every record with its own stamp, the deleted and merged ones put into the recycle bin two days ago."""
    now = world.clock.now()
    for name, records in _everything(tables).items():
        for kept in records:
            body = _in_rest(kept.body)
            world.put(name, kept.id, body, stamp=kept.stamp, visible_from=min(kept.stamp, now))
            if kept.is_deleted:
                world.delete(name, kept.id, stamp=max(kept.stamp, now - timedelta(days=2)))


def fivetran(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """table -> rows as Fivetran lands them: snake case, soft deletes, one table in history mode."""
    records = _everything(tables)
    synced = _newest(records) + _SYNCED
    landed = {}
    for name, table in _TABLES.items():
        rows = [_snaked(kept, synced) for kept in records[name]]
        landed[table] = _with_history(rows) if name == _IN_HISTORY_MODE else rows
    return landed


def airbyte(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """stream -> rows as Airbyte lands them: the API's names, deleted records flagged."""
    records = _everything(tables)
    extracted = _newest(records) + _SYNCED
    return {
        name: [
            {
                "_airbyte_raw_id": f"{name}-{kept.id}",
                "_airbyte_extracted_at": extracted,
                "_airbyte_meta": '{"changes":[]}',
                **_full(_in_rest(kept.body), kept, in_rest(kept.stamp)),
            }
            for kept in kept_ones
        ]
        for name, kept_ones in records.items()
    }


def _everything(tables: Tables) -> dict[str, list[Kept]]:
    return with_noise(tables, objects(tables))


def _own(field: str) -> list[str]:
    """A custom field under its API name and as Fivetran spells it."""
    return [field, re.sub(r"_+", "_", field).lower()]


def _full(body: Mapping[str, Any], kept: Kept, stamp: Any) -> dict[str, Any]:
    is_deleted = {"IsDeleted": kept.is_deleted} if kept.has_bin else {}
    return {"Id": kept.id, **body, **is_deleted, "SystemModstamp": stamp}


def _in_rest(body: Mapping[str, Any]) -> dict[str, Any]:
    """Dates and instants as REST spells them."""
    return {name: _spelled(value) for name, value in body.items()}


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return in_rest(value)
    return value.isoformat() if isinstance(value, date) else value


def _snaked(kept: Kept, synced: datetime) -> dict[str, Any]:
    row = {
        re.sub(r"_+", "_", _HUMP.sub("_", name)).lower(): value
        for name, value in _full(kept.body, kept, kept.stamp).items()
    }
    return {**row, "_fivetran_deleted": kept.is_deleted, "_fivetran_synced": synced}


def _with_history(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in history mode: the present ones active, and of some an older version that ended where the newer began."""
    forever = datetime.fromisoformat("9999-12-31T23:59:59.999+00:00")
    history = []
    for place, row in enumerate(rows):
        stamp = row["system_modstamp"]
        if place % 4 == 0:
            older = stamp - timedelta(days=200)
            gone = {
                "_fivetran_active": False,
                "_fivetran_start": older,
                "_fivetran_end": stamp - timedelta(milliseconds=1),
            }
            history.append({**row, "name": f"{row['name']} (old name)", "system_modstamp": older, **gone})
        if place % 5 == 0:  # touched twice within a second: two versions, one stamp
            gone = {"_fivetran_active": False, "_fivetran_start": stamp, "_fivetran_end": stamp + timedelta(seconds=1)}
            history.append({**row, "name": "renamed for a second", **gone})
        started = stamp + timedelta(seconds=1) if place % 5 == 0 else stamp
        history.append({**row, "_fivetran_active": True, "_fivetran_start": started, "_fivetran_end": forever})
    return history


def _newest(records: Mapping[str, list[Kept]]) -> datetime:
    return max(kept.stamp for kept_ones in records.values() for kept in kept_ones)

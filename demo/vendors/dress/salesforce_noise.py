"""What an org holds beside the company's figures, and what must not move them: deleted, merged, drafts, plans, leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from demo.vendors.company import Tables
from demo.vendors.dress.salesforce_objects import Kept

Records = dict[str, list[Kept]]
_CHAIN = ("100000000000990001", "100000000000990002", "100000000000990003")
_TWIN, _DELETED = "200000000000990001", "100000000000990009"
_BOT, _PORTAL = "300000000000990001", "300000000000990002"
_EVERY = 9  # one record in so many has a companion that does not count


def with_noise(tables: Tables, records: Records) -> Records:
    """The records with everything in between that a real org has."""
    for add in (
        _merged_accounts,
        _merged_contacts,
        _deleted_customer,
        _strange_users,
        _drafts_and_lost,
        _idle_activities,
    ):
        records = add(records)
    return records


def _merged_accounts(records: Records) -> Records:
    """An account that was entered three times more: A merged into B, B into C, C into the account it is. Some of what
    belonged to them still names them, as landed records do whose stamp the merge did not move."""
    survivor = records["Account"][0]
    losers = [
        replace(
            survivor, id=key, is_deleted=True, body={**survivor.body, "Name": "Duplicate", "MasterRecordId": master}
        )
        for key, master in zip(_CHAIN, (*_CHAIN[1:], survivor.id), strict=True)
    ]
    return {
        **{name: _renamed(kept, "AccountId", survivor.id, _CHAIN) for name, kept in records.items()},
        "Account": [*_renamed(records["Account"], "ParentId", survivor.id, _CHAIN), *losers],
    }


def _merged_contacts(records: Records) -> Records:
    """A contact who was entered twice; half of the mails still name the entry that is gone."""
    survivor = records["Contact"][-1]
    twin = replace(survivor, id=_TWIN, is_deleted=True, body={**survivor.body, "MasterRecordId": survivor.id})
    return {
        **{name: _renamed(kept, "WhoId", survivor.id, (_TWIN,)) for name, kept in records.items()},
        "Contact": [*records["Contact"], twin],
    }


def _deleted_customer(records: Records) -> Records:
    """A customer who was deleted with people, deals and orders, all of them large."""
    account, contact = records["Account"][1], records["Contact"][0]
    deal, order, role = records["Opportunity"][0], records["Order"][0], records["AccountContactRole"][0]
    deleted = [
        replace(account, id=_DELETED, body={**account.body, "Name": "Deleted Ltd", "AnnualRevenue": 9.5e8}),
        replace(contact, id="200000000000990009", body={**contact.body, "AccountId": _DELETED}),
        replace(deal, id="400000000000990009", body={**deal.body, "AccountId": _DELETED, "Amount": 1e7, "IsWon": True}),
        replace(order, id="500000000000990009", body={**order.body, "AccountId": _DELETED, "TotalAmount": 1e7}),
    ]
    # a role taken back: this contact decides nothing
    plain = next(kept for kept in records["Contact"] if not _has_role(records, kept.id))
    taken_back = replace(
        role, id="800000000000990009", body={**role.body, "ContactId": plain.id, "Role": "Decision Maker"}
    )
    return _with(records, [replace(kept, is_deleted=True) for kept in (*deleted, taken_back)])


def _strange_users(records: Records) -> Records:
    """Users who are nobody of ours: an automated process and a customer in the portal."""
    user = records["User"][0]
    bot = replace(user, id=_BOT, body={**user.body, "Name": "Automated Process", "UserType": "AutomatedProcess"})
    portal = replace(user, id=_PORTAL, body={**user.body, "Name": "A Customer", "UserType": "CspLitePortal"})
    return _with(records, [bot, portal])


def _drafts_and_lost(records: Records) -> Records:
    """Orders that were never activated."""
    drafts = [
        replace(kept, id=f"51{kept.id[2:]}", body={**kept.body, "Status": "Draft", "TotalAmount": 1e6})
        for kept in records["Order"][::_EVERY]
        if not kept.is_deleted
    ]
    return _with(records, drafts)


def _idle_activities(records: Records) -> Records:
    """To-dos, plans, calls with leads, list mails, invitees' copies of an event, patterns of a series, deleted calls."""
    variants: list[Callable[[Kept], Kept]] = [
        lambda kept: replace(kept, body={**kept.body, "Type": None, "TaskSubtype": "Task"}),
        lambda kept: replace(kept, body={**kept.body, "IsClosed": False, "CompletedDateTime": None}),
        lambda kept: replace(kept, body={**kept.body, "AccountId": None, "WhatId": None, "WhoId": "00Q000000000001"}),
        lambda kept: replace(kept, body={**kept.body, "Type": None, "TaskSubtype": "ListEmail"}),
        lambda kept: replace(kept, is_deleted=True),
        lambda kept: replace(
            kept, body={**kept.body, "OwnerId": _BOT, "AccountId": None, "WhatId": None, "WhoId": None}
        ),
    ]
    tasks = [
        replace(variants[place % len(variants)](kept), id=f"61{kept.id[2:]}")
        for place, kept in enumerate(records["Task"][::_EVERY])
    ]
    events = [
        replace(kept, id=f"62{kept.id[2:]}", body={**kept.body, ("IsChild", "IsRecurrence")[place % 2]: True})
        for place, kept in enumerate(records["Event"][::_EVERY])
    ]
    return _with(records, tasks + events)


def _renamed(kept_ones: list[Kept], field: str, key: str, others: tuple[str, ...]) -> list[Kept]:
    """Every second record that names `key` names one of the others instead, in turn."""
    found = [kept for kept in kept_ones if kept.body.get(field) == key][::2]
    other = {kept.id: others[place % len(others)] for place, kept in enumerate(found)}
    return [
        replace(kept, body={**kept.body, field: other[kept.id]}) if kept.id in other else kept for kept in kept_ones
    ]


def _has_role(records: Records, contact: str) -> bool:
    roles = records["AccountContactRole"] + records["OpportunityContactRole"]
    return any(kept.body["ContactId"] == contact for kept in roles)


def _with(records: Records, more: list[Kept]) -> Records:
    return {name: kept_ones + [kept for kept in more if kept.object == name] for name, kept_ones in records.items()}

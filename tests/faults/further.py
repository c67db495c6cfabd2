"""Further streams for the matrix: those that are read in a way of their own beside the ten that also get random histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from demo.vendors.core import World
from demo.vendors.paging import NEXT
from scoreboard.sources.api.connections import Credentials
from tests.faults.counted import Budget
from tests.faults.vendors import COMPANIES, CONTACTS, TICKETS, Wanted, made, path_ends

_LINKED = [{"toObjectId": 1, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]}]


def _sent_once(world: World) -> None:
    """A survey and its one distribution, whose links do not expire."""
    world.put("surveys", "SV_1", {"id": "SV_1", "name": "Relationship", "isActive": True})
    sent = {"requestType": "Invite", "sendDate": "2026-01-05T12:00:00Z", "surveyLink": {"surveyId": "SV_1"}}
    world.put("distributions", "EMD_1", {"id": "EMD_1", **sent})


DEALS = replace(  # every page is followed by requests for what its records are associated with
    COMPANIES,
    stream="deals",
    source=made(
        "hubspot",
        Credentials("hubspot_default", "", "", "private-app-token"),
        Wanted({}, {"deals": ["properties.dealname"]}),
    ),
    row=lambda key, mark: {"properties": {"dealname": mark}, "associations": {"companies": _LINKED}},
    mark_of=lambda body: body["properties"].get("dealname"),
    is_page=path_ends("/deals/search"),
    mutants={},
)

OWNERS = replace(
    COMPANIES,
    stream="owners",
    row=lambda key, mark: {"email": mark},
    mark_of=lambda body: body.get("email"),
    is_page=path_ends("/owners"),
    next_page={"paging.next.after": NEXT["hubspot"]["paging.next.after"]},
    counted="",
    is_full=True,
    shows_deleted=False,
    serves_everything=True,
    budget=Budget(650_000, timedelta(days=1), "a day (Professional)"),
    mutants={},
)

USERS = replace(
    TICKETS,
    stream="users",
    row=lambda key, mark: {"name": mark},
    mark_of=lambda body: body.get("name"),
    is_page=path_ends("/incremental/users/cursor.json"),
)

GROUPS = replace(
    TICKETS,
    stream="groups",
    row=lambda key, mark: {"name": mark},
    mark_of=lambda body: body.get("name"),
    is_page=path_ends("/groups.json"),
    next_page={"meta.after_cursor": NEXT["zendesk"]["meta.after_cursor"]},
    hidden=timedelta(0),
    is_full=True,
    shows_deleted=False,
    budget=Budget(200, timedelta(minutes=1), "a minute (Team)"),
    mutants={},
)

SENDINGS = replace(  # of one distribution after another, each by links
    CONTACTS,
    stream="distribution_history",
    prepare=_sent_once,
    row=lambda key, mark: {"distributionId": "EMD_1", "contactId": key.partition(":")[2], "status": mark},
    mark_of=lambda body: body.get("status"),
    key=lambda number: f"EMD_1:CID_{number:06}",
    is_page=path_ends("/history"),
    is_full=False,
    mutants={},
)

FURTHER = (USERS, GROUPS, SENDINGS, DEALS, OWNERS)

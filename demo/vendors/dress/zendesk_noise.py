"""What every help desk holds beside its customers' requests, and what must move no figure."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

from demo.vendors.dress.zendesk_objects import Desk, Thing, Ticket

RATED = ("offered", "unoffered", "offered")
"""Scores that are no answers."""

_GONE = 99000000
_STRAYS = 37000000000000


def deleted_long_ago(whole: Desk) -> list[Ticket]:
    """Tickets that were deleted and scrubbed: their ids are all that is left of them."""
    gone = []
    for place, ticket in enumerate(whole.tickets[::9], 1):
        scrubbed = deepcopy(ticket)
        scrubbed.id = _GONE + place
        scrubbed.stamp = ticket.stamp - timedelta(days=200)
        scrubbed.body |= {
            "status": "deleted",
            "subject": "SCRUBBED",
            "description": "X",
            "requester_id": None,
            "organization_id": None,
            "project": None,
            "cause": None,
            "created_at": scrubbed.stamp,
            "updated_at": scrubbed.stamp,
        }
        gone.append(scrubbed)
    return gone


def stray_users(whole: Desk) -> list[Thing]:
    """People the CRM does not know: callers without e-mail, and senders who were suspended."""
    return [
        Thing(
            _STRAYS + place,
            whole.organizations[0].stamp,
            {
                "name": f"Visitor {place}",
                "email": None,
                "external_id": None,
                "role": "end-user",
                "suspended": place % 2 == 0,
            },
        )
        for place in range(1, 15)
    ]


def spare_group(whole: Desk) -> Thing:
    """A group that nobody uses any more."""
    return Thing(4999999, whole.groups[0].stamp, {"name": "Old desk", "is_public": True})

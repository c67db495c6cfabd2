"""What HubSpot offers as streams: which object types, for which domains, linked to what, by which scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from scoreboard.entities import Domain
from scoreboard.sources.api.base import Stream

_CRM, _SUPPORT, _SURVEY = frozenset[Domain]({"crm"}), frozenset[Domain]({"support"}), frozenset[Domain]({"survey"})

ASSOCIATED: dict[str, tuple[str, ...]] = {
    "deals": ("companies", "contacts"),
    "calls": ("companies", "contacts"),
    "emails": ("companies", "contacts"),
    "meetings": ("companies", "contacts"),
    "tickets": ("companies", "contacts"),
    "feedback_submissions": ("contacts", "tickets"),
}
"""Object type -> what its records are read together with."""

PIPELINES = {"deal_pipelines": "deals", "ticket_pipelines": "tickets"}
"""Stream -> the object type whose pipelines it lists."""


def _changing(name: str, domains: frozenset[Domain], scope: str) -> Stream:
    # a change takes moments, under load minutes, until search finds it
    return Stream(name, domains, lookback=timedelta(hours=1), horizon=timedelta(minutes=5), permission=f"scope {scope}")


STREAMS: tuple[Stream, ...] = (
    Stream("owners", _CRM | _SUPPORT, "full", permission="scope crm.objects.owners.read"),
    Stream("users", _CRM, "full", permission="scope crm.objects.users.read"),
    Stream("deal_pipelines", _CRM, "full", permission="scope crm.objects.deals.read"),
    Stream("ticket_pipelines", _SUPPORT, "full", permission="scope tickets"),
    # tickets and feedback count for an account through companies and contacts, merged ones followed
    _changing("companies", _CRM | _SUPPORT | _SURVEY, "crm.objects.companies.read"),
    _changing("contacts", _CRM | _SUPPORT | _SURVEY, "crm.objects.contacts.read"),
    _changing("deals", _CRM, "crm.objects.deals.read"),
    _changing("calls", _CRM, "crm.objects.contacts.read"),
    _changing("emails", _CRM, "sales-email-read"),
    _changing("meetings", _CRM, "crm.objects.contacts.read"),
    _changing("tickets", _SUPPORT | _SURVEY, "tickets"),
    _changing("feedback_submissions", _SURVEY, "crm.objects.feedback_submissions.read"),
)


def modified_property(stream: str) -> str:
    """The property search filters changes by: contacts alone have another name for it."""
    return "lastmodifieddate" if stream == "contacts" else "hs_lastmodifieddate"


def properties_of(stream: str, fields: Mapping[str, Sequence[str]]) -> list[str]:
    """The properties to ask for: those that shapes and the user's mapping read, and what paging needs."""
    asked = {path.split(".", 1)[1] for path in fields.get(stream, ()) if path.startswith("properties.")}
    return sorted(asked | {modified_property(stream), "hs_object_id"})

"""Every adapter by name: whose records it delivers, in which dress, for which domains; and how its API source is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

from scoreboard.entities import Domain
from scoreboard.sources.shapes.base import Dress

if TYPE_CHECKING:
    import httpx

    from scoreboard.sources.api.base import ApiSource
    from scoreboard.sources.api.connections import Credentials
    from scoreboard.sources.api.http import Limits


@dataclass(frozen=True)
class Adapter:
    """One way records come in: a vendor's API, or the tables a loader keeps of it."""

    name: str
    vendor: str
    dress: Dress
    domains: tuple[Domain, ...]


@dataclass(frozen=True)
class _Vendor:
    """`source`: the class in sources/api/<vendor>.py. `hosts`: further hosts its links lead to, as its documentation shows."""

    domains: tuple[Domain, ...]
    source: str
    loaders: tuple[Dress, ...] = ()
    hosts: tuple[str, ...] = ()


_VENDORS = {
    "salesforce": _Vendor(("crm",), "SalesforceSource", ("fivetran", "airbyte")),
    # its links are never followed, they may lead to another account's host; what a next page needs stands beside them
    "zendesk": _Vendor(("support", "survey"), "ZendeskSource", ("fivetran", "airbyte")),
    # an account's pages are linked under its brand or its data centre
    "qualtrics": _Vendor(("survey",), "QualtricsSource", ("fivetran",), (".qualtrics.com",)),
    "hubspot": _Vendor(("crm", "support", "survey"), "HubspotSource", ("fivetran",), ("api.hubapi.com",)),
    "surveymonkey": _Vendor(
        ("survey",),
        "SurveymonkeySource",
        ("airbyte",),
        ("api.surveymonkey.com", "api.surveymonkey.net", "api.eu.surveymonkey.com", "api.surveymonkey.ca"),
    ),
}


def _registered() -> dict[str, Adapter]:
    apis = [Adapter(name, name, "api", vendor.domains) for name, vendor in _VENDORS.items()]
    loaders = [
        Adapter(f"{name}_{loader}", name, loader, vendor.domains)
        for name, vendor in _VENDORS.items()
        for loader in vendor.loaders
    ]
    return {adapter.name: adapter for adapter in [*apis, *loaders]}


ADAPTERS: Mapping[str, Adapter] = _registered()
"""Every adapter but `files`, by name: APIs first."""

VENDORS: tuple[str, ...] = tuple(_VENDORS)
"""Every vendor there is an API adapter of."""


class NeededFields(Protocol):
    """What a source needs of a vendor's mapping (scoreboard.mapping.config.Mapping has it)."""

    @property
    def options(self) -> Mapping[str, str | None]:
        """Choices that this vendor only knows."""

    def fields_by_stream(self) -> Mapping[str, Sequence[str]]:
        """stream -> the API paths that staging reads of it."""


def adapters_for(domain: Domain) -> tuple[str, ...]:
    """The names that may stand in SCOREBOARD_CRM, SCOREBOARD_SUPPORT or SCOREBOARD_SURVEY."""
    return ("files", *(adapter.name for adapter in ADAPTERS.values() if domain in adapter.domains))


def make_source(
    adapter: str,
    credentials: Credentials,
    mapping: NeededFields,
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = sleep,
    limits: Limits | None = None,
) -> ApiSource:
    """The source of an API adapter behind one connection; asks for nothing yet.

    `transport` stands in for the network and `wait` for sleeping. Raises SourceError where the connection lacks a field.
    """
    from scoreboard.sources.api.http import Http

    vendor = ADAPTERS[adapter].vendor
    known = _VENDORS[vendor]
    module = import_module(f"scoreboard.sources.api.{vendor}")
    credentials.require(vendor)
    common: dict[str, Any] = {
        "name": f"{adapter}@{credentials.connection}",
        "transport": transport,
        "wait": wait,
        "limits": limits,
    }
    base_url = credentials.base_url(vendor)
    # signing in is a request as any other, retried and counted, but not signed
    auth = module.auth(credentials, Http(base_url, **common))
    http = Http(base_url, auth, hosts=known.hosts, **common)
    options = {name: value for name, value in mapping.options.items() if value is not None}
    source: ApiSource = getattr(module, known.source)(http, credentials.connection, mapping.fields_by_stream(), options)
    return source

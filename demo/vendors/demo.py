"""The demo's vendors: stand-ins that hold the sample company, served over HTTP; Salesforce, Zendesk and Qualtrics by default.

An answer of each goes wrong on purpose (a 429, a 500, a reset), so that a run shows how it takes them. The stamps are the rows' own,
the vendors' clock is the real one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from demo import write_rules
from demo.vendors import faults, server
from demo.vendors.company import FROM_FILES, Tables, vendor_company, write_files
from demo.vendors.core import Clock, Vendor, World
from demo.vendors.dress import hubspot, qualtrics, salesforce, surveymonkey, zendesk
from demo.vendors.hubspot_api import HubspotStandIn
from demo.vendors.qualtrics_api import QualtricsStandIn
from demo.vendors.salesforce_api import CLIENT_ID, CLIENT_SECRET, SalesforceStandIn
from demo.vendors.surveymonkey_api import SurveymonkeyStandIn
from demo.vendors.zendesk_api import ZendeskStandIn
from scoreboard.errors import ScoreboardError

ENVIRONMENT = {
    "SCOREBOARD_CRM": "salesforce,files",
    "SCOREBOARD_SUPPORT": "zendesk",
    "SCOREBOARD_SURVEY": "qualtrics",
}
"""Which adapters feed which domain; what no vendor holds comes as files."""


@dataclass(frozen=True)
class _Played:
    """One vendor of the demo: its dress, its stand-in, and what its Airflow Connection holds beside the host."""

    dress: ModuleType
    stand_in: Callable[[World], Vendor]
    connection: Mapping[str, str]


_PLAYED = {
    "salesforce": _Played(salesforce, SalesforceStandIn, {"login": CLIENT_ID, "password": CLIENT_SECRET}),
    "zendesk": _Played(
        zendesk,
        lambda world: ZendeskStandIn(world, api_token="demo-api-token"),  # noqa: S106 - of a stand-in on loopback
        {"login": "demo@kestrelmoor.example", "password": "demo-api-token"},
    ),
    # its export jobs are complete at the first look: a look is 5 s, and there are as many jobs as surveys
    "qualtrics": _Played(
        qualtrics,
        lambda world: QualtricsStandIn(world, token="demo-qualtrics-token", looks=0),  # noqa: S106 - of a stand-in on loopback
        {"password": "demo-qualtrics-token"},
    ),
    "hubspot": _Played(hubspot, HubspotStandIn, {"password": "demo-hubspot-token"}),
    "surveymonkey": _Played(
        surveymonkey,
        lambda world: SurveymonkeyStandIn(world, token="demo-surveymonkey-token"),  # noqa: S106 - of a stand-in on loopback
        {"password": "demo-surveymonkey-token"},
    ),
}
VENDORS = ("salesforce", "zendesk", "qualtrics")
"""The vendors of `make demo`."""


def prepare(home: Path, tables: Tables) -> None:
    """Write what a user of these vendors has beside them: mapping files, rule seeds, and files of what no vendor holds.

    A home that was prepared before stays as it is. Raises ScoreboardError for one that another demo has filled.
    """
    sources = home / "sources"
    if all((sources / f"{vendor}.yaml").exists() for vendor in VENDORS):
        return
    filled = [folder for folder in ("inbox", "landing") if any((home / folder).rglob("*.*"))]
    if filled:
        raise ScoreboardError(
            f"{home} holds the sample company as files ({', '.join(filled)}); with the vendors beside them every account would"
            " be there twice. Nothing was written. Go on with `make demo SOURCES=files`, or remove the folder first."
        )
    write_files(home, tables, FROM_FILES)
    write_rules(home)
    write_mappings(home, tables)


def write_mappings(home: Path, tables: Tables, vendors: tuple[str, ...] = VENDORS) -> None:
    """Write `home`/sources/<vendor>.yaml: which of the vendor's fields, surveys and words mean what."""
    sources = home / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for vendor in vendors:
        text = yaml.safe_dump(_PLAYED[vendor].dress.mapping(tables), allow_unicode=True, sort_keys=False)
        (sources / f"{vendor}.yaml").write_text(text, encoding="utf-8")


@contextmanager
def running(
    tables: Tables, vendors: tuple[str, ...] = VENDORS, now: datetime | None = None
) -> Iterator[dict[str, str]]:
    """Serve the vendors and point their Airflow Connections at them; gives vendor -> address.

    Their clock stands still at `now`, or is the real one.
    """
    before = dict(os.environ)
    addresses = {}
    with ExitStack() as stack:
        for place, vendor in enumerate(vendors):
            played = _PLAYED[vendor]
            world = World(Clock(now, real=now is None))
            played.dress.load(world, tables)
            address = stack.enter_context(server.serving(played.stand_in(world), trouble(place)))
            addresses[vendor] = address
            told: dict[str, Any] = {"conn_type": "http", "host": address, **played.connection}
            os.environ[f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT"] = json.dumps(told)
        try:
            yield addresses
        finally:
            for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_")]:
                os.environ.pop(name)
            os.environ.update({name: text for name, text in before.items() if name.startswith("AIRFLOW_CONN_")})


def trouble(place: int) -> faults.Script:
    """What goes wrong at the `place`-th vendor: one answer, early in a run, then every request is answered."""
    goes_wrong = (
        lambda where: faults.too_many(where, retry_after="1"),
        lambda where: faults.server_error(500, where),
        faults.reset,
    )
    return faults.Script(goes_wrong[place % len(goes_wrong)](faults.at(3 + place)))


def company(accounts: int | None = None) -> Tables:
    """The sample company as its vendors know it, or a part of it with this many accounts."""
    return vendor_company(accounts=accounts)

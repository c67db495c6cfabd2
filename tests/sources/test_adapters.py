"""Adapters by name, and the sources they make."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from scoreboard.entities import ENTITIES
from scoreboard.mapping.config import load_mapping
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS, VENDORS, adapters_for, make_source
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http
from tests.sources.api.script import Service, Token, answer

NAMES = {
    *("salesforce", "zendesk", "qualtrics", "hubspot", "surveymonkey"),
    *("salesforce_fivetran", "zendesk_fivetran", "qualtrics_fivetran", "hubspot_fivetran"),
    *("salesforce_airbyte", "zendesk_airbyte", "surveymonkey_airbyte"),
}


def test_the_adapters_are_those_that_were_promised() -> None:
    assert set(ADAPTERS) == NAMES
    assert {name: (adapter.vendor, adapter.dress) for name, adapter in ADAPTERS.items() if "_" in name} == {
        name: tuple(name.split("_")) for name in NAMES if "_" in name
    }


def test_every_domain_can_be_fed_by_files_and_by_vendors_of_it() -> None:
    assert adapters_for("crm") == (
        *("files", "salesforce", "hubspot", "salesforce_fivetran", "salesforce_airbyte", "hubspot_fivetran"),
    )
    assert {ADAPTERS[name].vendor for name in adapters_for("support")[1:]} == {"zendesk", "hubspot"}
    assert {ADAPTERS[name].vendor for name in adapters_for("survey")[1:]} == set(VENDORS) - {"salesforce"}
    assert {domain for adapter in ADAPTERS.values() for domain in adapter.domains} == {
        entity.domain for entity in ENTITIES.values()
    }


class Source:
    """What a vendor's module offers."""

    def __init__(
        self, http: Http, connection: str, fields: Mapping[str, Sequence[str]], options: Mapping[str, str]
    ) -> None:
        self.http, self.connection, self.fields, self.options = http, connection, fields, options


class Asked:
    """A mapping as its reader gives it."""

    options: Mapping[str, str | None] = {"kept": "yes", "gone": None}

    def fields_by_stream(self) -> dict[str, list[str]]:
        return {"tickets": ["id", "subject"]}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Credentials, Http]]]:
    """A vendor module in place of Zendesk's; what its `auth` was given."""
    given: list[tuple[Credentials, Http]] = []

    def auth(credentials: Credentials, client: Http) -> Token:
        given.append((credentials, client))
        return Token("signed")

    module = ModuleType("scoreboard.sources.api.zendesk")
    module.auth, module.ZendeskSource = auth, Source  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    yield given


CREDENTIALS = Credentials("main", host="acme.zendesk.com", login="a@b.c", password="tok")  # noqa: S106


def test_a_source_gets_its_signed_client_its_fields_and_its_options(signed_in: list[Any]) -> None:
    service = Service(answer({"ok": 1}))
    pauses: list[float] = []
    source: Any = make_source(
        "zendesk", CREDENTIALS, Asked(), transport=httpx.MockTransport(service), wait=pauses.append
    )
    assert (source.connection, source.fields, source.options) == (
        "main",
        {"tickets": ["id", "subject"]},
        {"kept": "yes"},
    )
    source.http.get("/api/v2/tickets")
    with pytest.raises(SourceError, match="another host"):  # somebody else's account must not see these credentials
        source.http.get("https://other.zendesk.com/api/v2/tickets")
    assert [str(request.url) for request in service.asked] == ["https://acme.zendesk.com/api/v2/tickets"]
    assert service.asked[0].headers["authorization"] == "Bearer signed"
    [(credentials, client)] = signed_in
    assert credentials is CREDENTIALS
    assert client.auth is None and client.base_url == "https://acme.zendesk.com"
    assert source.http.name == "zendesk@main"


def test_links_to_hosts_that_a_vendor_documents_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("scoreboard.sources.api.qualtrics")
    module.auth, module.QualtricsSource = lambda credentials, client: Token("signed"), Source  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    service = Service(answer({"result": {}}))
    credentials = Credentials("main", host="fra1.qualtrics.com", password="tok-123456")  # noqa: S106
    source: Any = make_source("qualtrics", credentials, Asked(), transport=httpx.MockTransport(service))

    source.http.get("https://brand.qualtrics.com/API/v3/surveys")
    assert [request.url.host for request in service.asked] == ["brand.qualtrics.com"]


def test_a_connection_without_its_fields_makes_no_source(signed_in: list[Any]) -> None:
    with pytest.raises(SourceError, match=r"'main' lacks .*oauth_token"):
        make_source("zendesk", Credentials("main", host="acme.zendesk.com"), Asked())
    assert signed_in == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendors_source_is_made_without_a_request_and_offers_streams_for_its_domains(
    vendor: str, tmp_path: Path
) -> None:
    service = Service(answer({}, 500))
    credentials = Credentials("main", host="acme.example.com", login="me", password="tok-123456")  # noqa: S106
    mapping = load_mapping(Settings(tmp_path, date(2026, 4, 20)), vendor)
    source = make_source(vendor, credentials, mapping, transport=httpx.MockTransport(service))

    assert (source.vendor, source.connection, service.asked) == (vendor, "main", [])
    offered = source.streams()
    assert len({stream.name for stream in offered}) == len(offered) > 0
    assert {domain for stream in offered for domain in stream.domains} == set(ADAPTERS[vendor].domains)
    assert all(stream.permission for stream in offered)
    assert {shape.landed["api"] for shape in mapping.shapes if "api" in shape.landed} <= {each.name for each in offered}


def test_knowing_the_adapters_loads_no_client_and_no_airflow() -> None:
    code = (
        "import sys, scoreboard.settings, scoreboard.sources.adapters as adapters\n"
        "print([name for name in ('httpx', 'tenacity', 'airflow', 'duckdb') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"

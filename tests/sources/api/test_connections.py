"""Credentials come from Airflow Connections; what is missing is named, what is secret is masked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scoreboard.sources.adapters import VENDORS
from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connection_fields import KINDS
from scoreboard.sources.api.connections import Credentials, NoConnection, credentials_of
from tests.orchestration import airflow_home


def set_connection(monkeypatch: pytest.MonkeyPatch, name: str, **fields: Any) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps({"conn_type": "http", **fields}))


def test_a_connection_of_the_environment_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    set_connection(
        monkeypatch,
        "crm_of_sales",
        host=" acme.my.salesforce.com ",
        login="consumer-key",
        password="consumer-secret",  # noqa: S106
        extra={"api_version": "v62.0"},
    )
    found = credentials_of("crm_of_sales", "salesforce")
    assert (found.connection, found.host, found.login) == ("crm_of_sales", "acme.my.salesforce.com", "consumer-key")
    assert (found.password, found.value("extra.api_version")) == ("consumer-secret", "v62.0")
    found.require("salesforce")


def test_a_connection_of_airflows_database_is_read_and_decrypted() -> None:
    airflow_home.prepare_database()
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    with create_session() as session:
        session.add(
            Connection(
                conn_id="zendesk_in_db",
                conn_type="http",
                host="acme.zendesk.com",
                extra='{"oauth_token": "tok-123456"}',
            )
        )
    found = credentials_of("zendesk_in_db", "zendesk")
    assert (found.host, found.value("extra.oauth_token")) == ("acme.zendesk.com", "tok-123456")
    found.require("zendesk")


@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_that_does_not_exist_is_refused_naming_every_field(kind: str) -> None:
    airflow_home.prepare_database()
    with pytest.raises(NoConnection, match=r"'nobody_default'.*AIRFLOW_CONN_NOBODY_DEFAULT") as refusal:
        credentials_of("nobody_default", kind)
    for way in KINDS[kind].ways:
        for field in way:
            assert f"{field.name} ({field.what})" in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "fields", "lacking"),
    [
        ("salesforce", {}, "host, login, password"),
        ("salesforce", {"host": "a.my.salesforce.com", "login": "key"}, "password"),
        ("zendesk", {"host": "a.zendesk.com"}, "extra.oauth_token"),
        ("zendesk", {"host": "a.zendesk.com", "extra": {"client_id": "scoreboard"}}, "extra.client_secret"),
        ("zendesk", {"host": "a.zendesk.com", "login": "a@b.c", "password": " "}, "password"),
        ("qualtrics", {"password": "token"}, "host"),
        ("hubspot", {"host": "api.hubapi.com"}, "password"),
        ("surveymonkey", {}, "password"),
    ],
)
def test_what_a_connection_lacks_is_named_with_what_the_vendor_takes(
    kind: str, fields: dict[str, Any], lacking: str
) -> None:
    with pytest.raises(SourceError, match=f"'mine' lacks {lacking}. For {kind} it takes: "):
        Credentials("mine", **fields).require(kind)


def test_every_vendor_has_its_fields_and_says_which_permission_it_needs() -> None:
    assert set(VENDORS) <= set(KINDS)
    for kind in KINDS.values():
        assert kind.permission
        assert all(field.what for way in kind.ways for field in way)


def test_secrets_are_masked_in_airflows_logs_and_never_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[Any] = []
    monkeypatch.setattr("airflow.sdk.log.mask_secret", masked.append)
    extra = {"oauth_token": "tok-123456", "client_secret": "cs-123456", "note": "plain"}
    set_connection(monkeypatch, "masked", host="a.zendesk.com", password="pw-123456", extra=extra)  # noqa: S106
    found = credentials_of("masked", "zendesk")
    assert {each for each in masked if isinstance(each, str)} >= {"cs-123456", "pw-123456", "tok-123456"}
    assert "plain" not in masked
    assert "123456" not in repr(found)


@pytest.mark.parametrize(
    ("vendor", "host", "port", "url"),
    [
        ("zendesk", "acme.zendesk.com", None, "https://acme.zendesk.com"),
        ("zendesk", "https://acme.zendesk.com/", None, "https://acme.zendesk.com"),
        ("zendesk", "acme.zendesk.com", 8443, "https://acme.zendesk.com:8443"),
        ("zendesk", "http://127.0.0.1:9000", None, "http://127.0.0.1:9000"),
        ("zendesk", "http://localhost", 9000, "http://localhost:9000"),
        ("zendesk", "http://[::1]:9000", None, "http://[::1]:9000"),
        ("hubspot", "", None, "https://api.hubapi.com"),
        ("surveymonkey", "api.eu.surveymonkey.com", None, "https://api.eu.surveymonkey.com"),
    ],
)
def test_the_host_becomes_the_address(vendor: str, host: str, port: int | None, url: str) -> None:
    assert Credentials("mine", host=host, port=port).base_url(vendor) == url


@pytest.mark.parametrize(
    "host",
    [
        "http://acme.zendesk.com",
        "ftp://127.0.0.1",
        "acme.zendesk.com/api",
        "me@acme.zendesk.com",
        "a b",
        "http://127.0.0.1.evil.com",
    ],
)
def test_a_host_that_is_none_or_would_show_the_secret_is_refused(host: str) -> None:
    with pytest.raises(SourceError, match=r"'mine'.*Nothing was read"):
        Credentials("mine", host=host).base_url("zendesk")

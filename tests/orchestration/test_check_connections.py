"""`make check-connections`: what works, what is missing, how many rows; never a secret."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from scoreboard.entities import DOMAINS
from scoreboard.mapping.config import Connection, Mapping
from scoreboard.mapping.documents import MappingError
from scoreboard.orchestration.check_connections import Checker
from scoreboard.orchestration.findings_view import show
from scoreboard.settings import PROJECT_ROOT, Settings
from scoreboard.sources.api.base import Finding, SourceError
from scoreboard.sources.api.connections import Credentials, NoConnection
from scoreboard.sources.api.http import Limits
from scoreboard.sources.shapes.base import Column, Shape
from tests.sources.api.script import Scripted, answer

SECRETS = ("pw-s3cret", "tok-s3cret")
SHAPES = tuple(
    Shape("zendesk", name, {"api": name, "fivetran": table, "airbyte": name}, (Column("id"),), ("id",))
    for name, table in (("tickets", "ticket"), ("users", "user"), ("groups", "group"))
)


def settings(home: Path, **domains: str) -> Settings:
    adapters = tuple((domain, adapter) for domain in DOMAINS for adapter in domains.get(domain, "files").split(","))
    return Settings(home, date(2026, 4, 20), adapters=adapters)


def credentials(connection: str, kind: str) -> Credentials:
    if connection == "forgotten":
        raise NoConnection(f"there is no Airflow Connection {connection!r}; it takes: host, password.")
    return Credentials(connection, "h.example.com", "me", SECRETS[0], {"oauth_token": SECRETS[1]})


class Source:
    """A source that finds what it is told to."""

    def __init__(self, findings: list[Finding | Exception]) -> None:
        self.findings = findings

    def check(self) -> Iterator[Finding]:
        for finding in self.findings:
            if isinstance(finding, Exception):
                raise finding
            yield finding


def checker(
    configured: Settings, *findings: Finding | Exception, connections: tuple[Connection, ...] = (), **options: Any
) -> Checker:
    def load(settings: Settings, vendor: str) -> Mapping:
        return Mapping(vendor, SHAPES, connections)

    return Checker(
        configured,
        **{"read_credentials": credentials, "make": lambda *_: Source(list(findings)), "load": load, **options},
    )


def shown(checking: Checker) -> tuple[bool, str]:
    text = io.StringIO()
    is_ok = show(checking.check(), Console(file=text, width=200, highlight=False, soft_wrap=True))
    return is_ok, text.getvalue()


def test_what_works_is_said_with_the_rows_that_can_be_seen(tmp_path: Path) -> None:
    found = (
        Finding("sign-in", True, "signed in as an admin"),
        Finding("tickets", True, "1,234 records can be seen", 1234),
    )
    is_ok, text = shown(checker(settings(tmp_path, support="zendesk", survey="zendesk,files"), *found))
    assert is_ok
    assert text.splitlines() == [
        "zendesk@zendesk_default for support, survey",
        "  ✓ sign-in  signed in as an admin",
        "  ✓ tickets  1,234 records can be seen",
        "Everything that is configured can be used. `make run` does it.",
    ]


def test_what_is_missing_is_said_and_fails(tmp_path: Path) -> None:
    found = (Finding("tickets", True, "5 records can be seen", 5), Finding("users", False, "it needs the role admin"))
    is_ok, text = shown(checker(settings(tmp_path, support="zendesk"), *found))
    assert not is_ok
    assert "  ✗ users    it needs the role admin" in text
    assert "1 finding to mend" in text


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (SourceError("the host does not answer"), "✗ connection  the host does not answer"),
        (KeyError("records"), "✗ check  the check itself broke: KeyError: 'records'"),
    ],
)
def test_a_connection_that_breaks_does_not_hide_the_next(tmp_path: Path, error: Exception, says: str) -> None:
    sources = iter([Source([Finding("sign-in", True, "fine"), error]), Source([Finding("sign-in", True, "fine")])])
    two = (Connection("eu"), Connection("us"))
    is_ok, text = shown(checker(settings(tmp_path, support="zendesk"), connections=two, make=lambda *_: next(sources)))
    assert not is_ok
    assert " ".join(says.split()) in " ".join(text.split())
    assert text.index("zendesk@eu") < text.index(says.split()[0]) < text.index("zendesk@us")


def test_a_connection_that_does_not_exist_and_a_mapping_that_is_wrong_are_findings(tmp_path: Path) -> None:
    is_ok, text = shown(checker(settings(tmp_path, crm="salesforce"), connections=(Connection("forgotten"),)))
    assert not is_ok
    assert "there is no Airflow Connection 'forgotten'; it takes: host, password." in text

    def wrong(settings: Settings, vendor: str) -> Mapping:
        raise MappingError("zendesk.yaml: fields knows no 'tickts'.")

    is_ok, text = shown(checker(settings(tmp_path, support="zendesk"), load=wrong))
    assert not is_ok
    assert "✗ sources/zendesk.yaml  zendesk.yaml: fields knows no 'tickts'." in text


@pytest.mark.parametrize(
    "leak",
    [
        lambda text: Finding("sign-in", False, text),
        lambda text: SourceError(text),
        lambda text: RuntimeError(text),
    ],
)
def test_no_secret_is_ever_printed(tmp_path: Path, leak: Callable[[str], Any]) -> None:
    for secret in SECRETS:
        _, text = shown(checker(settings(tmp_path, support="zendesk"), leak(f"the token {secret} is not known")))
        assert "the token *** is not known" in text
        assert "s3cret" not in text


@pytest.mark.parametrize("status", [400, 401, 403, 503])
def test_a_check_does_not_speak_of_landing_nor_of_itself(tmp_path: Path, status: int) -> None:
    scripted = Scripted(answer({"message": "no"}, status), limits=Limits(tries=1))
    with pytest.raises(SourceError) as failure, scripted.http.reading("tickets", "check"):
        scripted.http.get("/tickets")
    assert "cursor stands" in str(failure.value)

    _, text = shown(
        checker(settings(tmp_path, support="zendesk"), Finding("tickets", False, f"{failure.value} It needs: x."))
    )
    assert str(status) in text and "It needs: x." in text
    assert not any(words in text for words in ("cursor", "page was landed", "check-connections"))


def filled(home: Path, *statements: str) -> tuple[Connection, ...]:
    with duckdb.connect(str(home / "loaded.duckdb")) as connection:
        connection.execute("create schema zendesk")
        for statement in statements:
            connection.execute(statement)
    return (Connection("loaded", path="loaded.duckdb"),)


def test_a_loaders_tables_are_counted_and_missing_ones_named(tmp_path: Path) -> None:
    places = filled(
        tmp_path,
        "create table zendesk.ticket as select range as id from range(1500)",
        'create table zendesk."USER" (id integer)',
    )
    is_ok, text = shown(checker(settings(tmp_path, support="zendesk_fivetran"), connections=places))
    assert is_ok
    assert text.splitlines()[:4] == [
        "zendesk_fivetran@loaded for support",
        "  ✓ ticket  1,500 rows can be seen",
        "  ✓ user    it is there and has no rows",
        "  ✓ group   it is not there; what is read from it stays empty",
    ]


def test_a_place_without_any_table_of_the_vendor_fails(tmp_path: Path) -> None:
    places = filled(tmp_path, "create table zendesk.invoices as select 1 as id")
    is_ok, text = shown(checker(settings(tmp_path, support="zendesk_fivetran"), connections=places))
    assert not is_ok
    assert "none of the tables of zendesk is there; what is there: invoices" in text


def test_a_table_that_cannot_be_read_does_not_hide_the_next(tmp_path: Path) -> None:
    from tests.sources.loaders.test_parquet_folder import write

    write(tmp_path / "lake" / "user.parquet", id=[1, 2])
    (tmp_path / "lake" / "ticket.parquet").write_bytes(b"half")
    is_ok, text = shown(
        checker(settings(tmp_path, support="zendesk_fivetran"), connections=(Connection("lake", path="lake"),))
    )
    assert not is_ok
    assert "✗ ticket  lake: the table ticket in" in text
    assert "✓ user    2 rows can be seen" in text


def test_with_files_only_there_is_nothing_to_check_and_what_could_be_is_listed(tmp_path: Path) -> None:
    is_ok, text = shown(checker(settings(tmp_path)))
    assert is_ok
    assert "SCOREBOARD_SUPPORT: files, zendesk, hubspot" in text


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCOREBOARD_", "AIRFLOW"))}
    paths = {"SCOREBOARD_HOME": str(home), "PYTHONPATH": f"{PROJECT_ROOT / 'plugins'}:{PROJECT_ROOT}"}
    return subprocess.run(
        [sys.executable, "-m", "scoreboard", *arguments],
        env=kept | paths | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_reads_a_connection_of_this_homes_airflow_and_tells_by_its_exit(tmp_path: Path) -> None:
    asked = {"SCOREBOARD_SUPPORT": "zendesk"}
    missing = run(tmp_path, "check-connections", **asked)
    assert missing.returncode == 1
    assert "there is no Airflow Connection 'zendesk_default'" in missing.stdout
    assert "password (an API token, until" in missing.stdout

    added = run(
        tmp_path,
        *("airflow", "connections", "add", "zendesk_default", "--conn-type", "http"),
        *("--conn-host", "http://127.0.0.1:9/api", "--conn-login", "me@example.com", "--conn-password", "s3cret-token"),
    )
    assert added.returncode == 0, added.stderr
    wrong = run(tmp_path, "check-connections", **asked)
    assert wrong.returncode == 1
    assert "has the host 'http://127.0.0.1:9/api'; it takes a host only" in wrong.stdout
    assert "s3cret" not in wrong.stdout + wrong.stderr

    assert run(tmp_path, "check-connections").returncode == 0

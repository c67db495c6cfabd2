"""`make check-connections`: for every configured adapter and connection, PostgreSQL's too, what works and what is missing.

Only reads, lands nothing, and never prints a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from scoreboard.entities import DOMAINS
from scoreboard.errors import ScoreboardError
from scoreboard.mapping.config import Connection, Mapping, load_mapping
from scoreboard.settings import Settings
from scoreboard.sources.adapters import ADAPTERS, Adapter, make_source
from scoreboard.sources.api.base import ApiSource, Finding
from scoreboard.sources.api.connection_fields import KINDS
from scoreboard.sources.api.connections import Credentials, credentials_of
from scoreboard.sources.api.refusals import as_finding, redacted
from scoreboard.sources.loaders.base import Loader
from scoreboard.sources.loaders.opening import open_loader


@dataclass(frozen=True)
class Checked:
    """One connection of one adapter (or of PostgreSQL), what it is for, and what was found."""

    adapter: str
    connection: str
    serves: tuple[str, ...]
    findings: list[Finding]

    @property
    def is_ok(self) -> bool:
        """Nothing is missing."""
        return all(finding.is_ok for finding in self.findings)


@dataclass
class Checker:
    """Checks what the settings configure; how a connection is read and a source is made can be replaced in tests."""

    settings: Settings
    read_credentials: Callable[[str, str], Credentials] = credentials_of
    make: Callable[[str, Credentials, Mapping], ApiSource] = make_source
    load: Callable[[Settings, str], Mapping] = load_mapping
    _secrets: set[str] = field(default_factory=set)

    def check(self) -> Iterator[Checked]:
        """Every adapter but `files`, connection by connection, then PostgreSQL's; one that cannot be used is a finding."""
        for name in dict.fromkeys(adapter for _, adapter in self.settings.adapters if adapter != "files"):
            adapter = ADAPTERS[name]
            domains = tuple(domain for domain in DOMAINS if name in self.settings.adapters_of(domain))
            try:
                mapping = self.load(self.settings, adapter.vendor)
            except ScoreboardError as error:
                finding = Finding(f"sources/{adapter.vendor}.yaml", False, str(error))
                yield Checked(name, "", domains, [finding])
                continue
            checking = self._api if adapter.dress == "api" else self._loader
            for connection in mapping.connections_of(name):
                found = self._safely(partial(checking, adapter, connection, mapping))
                yield Checked(name, connection.id, domains, list(found))
        yield from self._postgres()

    def _postgres(self) -> Iterator[Checked]:
        """The connections that show what is published and that dbt builds at, as far as the settings want them."""
        settings = self.settings
        if not settings.publish_to_postgres and settings.target != "postgres":
            return
        from scoreboard.postgres.checking import check_building, check_publishing

        if settings.publish_to_postgres:
            found = self._safely(partial(check_publishing, settings, self._credentials))
            yield Checked("postgres", settings.publish_to_postgres, ("what is published",), list(found))
        if settings.target == "postgres":
            found = self._safely(partial(check_building, settings, self._credentials))
            yield Checked("postgres", settings.target_connection, ("the build",), list(found))

    def _safely(self, checking: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        try:
            for finding in checking():
                yield Finding(finding.subject, finding.is_ok, self._said(finding.sentence), finding.rows)
        except ScoreboardError as error:
            yield Finding("connection", False, self._said(str(error)))
        except Exception as error:  # the other connections are worth a look all the same
            yield Finding("check", False, self._said(f"the check itself broke: {type(error).__name__}: {error}"))

    def _api(self, adapter: Adapter, connection: Connection, mapping: Mapping) -> Iterator[Finding]:
        credentials = self._credentials(connection.id, adapter.vendor)
        source = self.make(adapter.name, credentials, mapping)
        yield from source.check()

    def _loader(self, adapter: Adapter, connection: Connection, mapping: Mapping) -> Iterator[Finding]:
        dress = adapter.dress
        tables = list(dict.fromkeys(shape.landed[dress] for shape in mapping.shapes if dress in shape.landed))
        with open_loader(adapter.name, connection, self.settings.home, read_credentials=self._credentials) as loader:
            missing = set(loader.missing(tables))
            if len(missing) == len(tables):
                there = ", ".join(loader.tables()[:10]) or "nothing"
                yield Finding(
                    "tables",
                    False,
                    f"none of the tables of {adapter.vendor} is there; what is there: {there}. Name its schema",
                )
                return
            for table in tables:
                yield _missing(table) if table in missing else self._table(loader, table)

    def _table(self, loader: Loader, table: str) -> Finding:
        try:
            rows = loader.count(table)
        except ScoreboardError as error:
            return Finding(table, False, str(error))
        return Finding(table, True, f"{rows:,} rows can be seen" if rows else "it is there and has no rows", rows)

    def _credentials(self, connection: str, kind: str) -> Credentials:
        credentials = self.read_credentials(connection, kind)
        secret = {credentials.password, *(credentials.value(f"extra.{name}") for name in KINDS[kind].secret_extras)}
        self._secrets |= {each for each in secret if each}
        return credentials

    def _said(self, sentence: str) -> str:
        return redacted(as_finding(sentence), tuple(sorted(self._secrets, key=len, reverse=True)))


def _missing(table: str) -> Finding:
    return Finding(table, True, "it is not there; what is read from it stays empty")

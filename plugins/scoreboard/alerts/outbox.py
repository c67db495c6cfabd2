"""What is to be told, to whom, and what became of it: SCOREBOARD_HOME/alerts/outbox.sqlite.

Three tables. `alerts`: every alert ever seen, as new or as history. `deliveries`: one row per alert, channel and stage (`notice`, or
`step <n>` of its escalation): the unique key by which nothing is told twice. `messages`: what goes out, one digest of
deliveries to one owner through one channel, with its state. There are no texts, addresses or secrets in it: they are
looked up when a message is sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scoreboard.errors import ScoreboardError
from scoreboard.settings import Settings

# of a message. waiting: its digest is not made yet; unknown: it may have arrived, and is never sent again by itself
STATES = ("waiting", "queued", "claimed", "sending", "sent", "unknown", "failed", "not_needed")
NOTICE = "notice"
_VERSION = 1
_BUSY_SECONDS = 30.0
_AT_ONCE = 500  # ids in one query

_TABLES = """
create table alerts (
    rule_id text not null, subject_id text not null, period text not null,
    alert_id text not null,
    verdict text not null check (verdict in ('new', 'history')),
    noticed_at text not null, version text not null,
    primary key (rule_id, subject_id, period)
) strict;
create unique index alerts_by_id on alerts (alert_id);
create table messages (
    message_id text primary key,
    channel text not null, owner text not null,
    state text not null check (state in ('queued', 'claimed', 'sending', 'sent', 'unknown', 'failed', 'not_needed')),
    fence integer not null default 0,
    claimed_at text, lease_until text,
    attempts integer not null default 0,
    not_before text not null,
    reason text not null default '',
    created_at text not null, changed_at text not null
) strict;
create index messages_by_state on messages (state, not_before);
create table deliveries (
    rule_id text not null, subject_id text not null, period text not null,
    channel text not null, stage text not null,
    alert_id text not null, severity text not null, owner text not null,
    queued_at text not null,
    message_id text references messages (message_id),
    is_needed integer not null default 1,
    primary key (rule_id, subject_id, period, channel, stage)
) strict;
create index deliveries_by_alert on deliveries (alert_id);
create index deliveries_by_message on deliveries (message_id);
"""


class OutboxBroken(ScoreboardError):
    """The outbox cannot be read or written; the message says why and what to do."""


class OutboxBusy(OutboxBroken):
    """Another process holds it for longer than one waits; it may be free in a minute."""


@dataclass(frozen=True)
class Delivery:
    """What became of one alert on one channel, for the page. `at`: since when it is in that state, in UTC."""

    alert_id: str
    channel: str
    owner: str
    stage: str
    state: str
    reason: str
    at: datetime
    attempts: int
    message_id: str | None


def outbox_path(settings: Settings) -> Path:
    """Where the outbox lies, whether it exists or not."""
    return settings.home / "alerts" / "outbox.sqlite"


def deliveries(settings: Settings, alert_ids: Iterable[str]) -> dict[str, list[Delivery]]:
    """alert_id -> its deliveries in the order queued; an alert that was never to be delivered is not in it."""
    wanted = list(dict.fromkeys(alert_ids))
    found: dict[str, list[Delivery]] = {}
    with reading(settings) as connection:
        for start in range(0, len(wanted) if connection else 0, _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            for row in connection.execute(_OF_ALERTS.format(places=places), some):  # type: ignore[union-attr]
                alert_id, channel, owner, stage, state, reason, at, attempts, message_id = row
                since = datetime.fromisoformat(at)
                each = Delivery(alert_id, channel, owner, stage, state, reason, since, attempts, message_id)
                found.setdefault(each.alert_id, []).append(each)
    return found


_OF_ALERTS = """
select deliveries.alert_id, deliveries.channel, deliveries.owner, deliveries.stage,
    case when not deliveries.is_needed then 'not_needed' else coalesce(messages.state, 'waiting') end,
    case when not deliveries.is_needed then '' else coalesce(messages.reason, '') end,
    coalesce(messages.changed_at, deliveries.queued_at), coalesce(messages.attempts, 0), deliveries.message_id
from deliveries left join messages on deliveries.message_id = messages.message_id
where deliveries.alert_id in ({places})
order by deliveries.queued_at, deliveries.channel, deliveries.stage
"""


@contextmanager
def reading(settings: Settings) -> Iterator[sqlite3.Connection | None]:
    """The outbox to look at, None where there is none yet."""
    path = outbox_path(settings)
    if not path.exists():
        yield None
        return
    with (
        _in_words(path),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as connection,
    ):
        is_begun = connection.execute("select 1 from sqlite_master limit 1").fetchone() is not None
        if is_begun:
            _check_version(path, connection)
        yield connection if is_begun else None


class Store:
    """The outbox, open for writing. Every change is one transaction, on the disk when it ends."""

    synchronous = "full"

    def __init__(self, settings: Settings) -> None:
        self.settings, self.path = settings, outbox_path(settings)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _in_words(self.path):
            self.connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        try:
            with _in_words(self.path):
                self.connection.execute("pragma journal_mode = wal")
                self.connection.execute(f"pragma synchronous = {self.synchronous}")
                self.connection.execute("pragma foreign_keys = on")
                self._make()
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        """Give the file back; a transaction that did not end did not happen."""
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, nobody else's between its first reading and its end."""
        with _in_words(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it already
                    self.connection.execute("rollback")
                raise

    def _make(self) -> None:
        with self.writing() as connection:
            [version] = connection.execute("pragma user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {_VERSION}")
        _check_version(self.path, self.connection)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The outbox for writing, made on first use."""
    with closing(Store(settings)) as store, _in_words(store.path):
        yield store


def as_text(moment: datetime) -> str:
    """An instant as the outbox holds it: UTC, in a form that sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What the database says as an error that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        is_busy = "locked" in said
        if is_busy:
            advice = "another process holds it: try again"
        elif "full" in said or "readonly" in said or "unable to open" in said or "I/O" in said:
            advice = "make room on the disk, or mend the file's rights: the next run goes on where this one ended"
        else:
            advice = "put a backup of it back, or move it away: alerts/begun.jsonl knows what was told"
        broken = f"{path}: the outbox cannot be used ({said}). It is as it was, and nothing is told twice; {advice}."
        raise (OutboxBusy if is_busy else OutboxBroken)(broken) from error


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    [version] = connection.execute("pragma user_version").fetchone()
    if version != _VERSION:
        raise OutboxBroken(
            f"{path}: an outbox of version {version}, this Scoreboard reads version {_VERSION}. Nothing was sent;"
            " use the Scoreboard that wrote it, or move the file away (alerts/begun.jsonl knows what was told)."
        )

"""Salesforce over its REST and Bulk 2.0 APIs: every object by (SystemModstamp, Id), deletions and merges included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from scoreboard.entities import Domain
from scoreboard.sources.api.base import CursorStuck, Finding, Listed, Page, Record, SourceError, Stream
from scoreboard.sources.api.http import BrokenAnswer, Http, Refused, Reply
from scoreboard.sources.api.salesforce_auth import ClientCredentials, auth
from scoreboard.sources.api.salesforce_bulk import BulkJobs
from scoreboard.sources.api.salesforce_check import findings
from scoreboard.sources.api.salesforce_deleted import DeletedLog
from scoreboard.sources.api.salesforce_errors import explained, is_bulk_refusal
from scoreboard.sources.api.salesforce_objects import Described, body_of, described
from scoreboard.sources.api.salesforce_soql import Key, changed, counted, existing, instant, named

__all__ = ["SalesforceSource", "auth"]

API_VERSION = "62.0"
PAGE, BULK_CHUNK = 2000, 20_000  # records of one answer; 2,000 is the most that a REST query gives
BULK_ABOVE = 20_000  # records from which on a first read goes through a bulk job
_RECENT = timedelta(days=1)  # a read that starts later than this ago is small: it is not counted first
_IDS = 200  # Ids of one query, so that its URL stays below 16,384 characters
_GONE_FIELD, _TOO_SLOW = "INVALID_FIELD", "QUERY_TIMEOUT"
_CRM: frozenset[Domain] = frozenset({"crm"})
_OBJECTS = {  # in an order in which parents come first; what the integration user needs
    "UserRole": "View Roles and Role Hierarchy",
    "User": "View All Users",
    "Account": "Read and View All Records on Accounts",
    "Contact": "Read and View All Records on Contacts",
    "AccountContactRole": "Read and View All Records on Accounts and Contacts",
    "Opportunity": "Read and View All Records on Opportunities",
    "OpportunityContactRole": "Read and View All Records on Opportunities",
    "Order": "Read and View All Records on Orders (Setup: Order Settings, Enable Orders)",
    "Task": "View All Data, or Access Activities and View All on the records they belong to",
    "Event": "View All Data, or Access Activities and View All on the records they belong to",
}


class SalesforceSource:
    """One org. `fields`: stream -> API paths that mapping wants; `options`: see docs/sources/salesforce.md."""

    vendor = "salesforce"

    def __init__(
        self, http: Http, connection: str, fields: Mapping[str, Sequence[str]], options: Mapping[str, str]
    ) -> None:
        self.http = http
        self.connection = connection
        self._fields = fields
        version = http.auth.api_version if isinstance(http.auth, ClientCredentials) else ""
        self._base = f"/services/data/v{(version or API_VERSION).lstrip('vV')}"
        self._page = int(options.get("page_size", PAGE))
        self._bulk_above = int(options.get("bulk_above", BULK_ABOVE))
        self._bulk = BulkJobs(http, self._base, int(options.get("bulk_chunk", BULK_CHUNK)))
        self._without = {name.strip() for name in options.get("without_objects", "").split(",")}
        if options.get("revenue_from") == "won_opportunity":
            self._without.add("Order")  # many orgs have not enabled it
        self._described: dict[str, Described] = {}

    def streams(self) -> tuple[Stream, ...]:
        """One per object that is read."""
        return tuple(
            Stream(
                name,
                _CRM,
                lookback=timedelta(minutes=20),  # how late a record may become visible: its index follows its commit
                horizon=timedelta(minutes=5),
                permission=f"API Enabled; {permission}",
            )
            for name, permission in _OBJECTS.items()
            if name not in self._without
        )

    def now(self) -> datetime:
        """Salesforce's clock."""
        return self.http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """Every change from `since` on, oldest first, with the deletions up to it; see ApiSource."""
        about = self._describe(stream)
        log = self._log(stream, about, since, until)
        seen_deleted: set[str] = set()
        for records, where in self._changes(stream, since, until):
            seen_deleted.update(record.key for record in records if record.is_deleted)
            gone = self._gone(stream, log, _newest(records), seen_deleted)
            yield Page(sorted([*records, *gone], key=_version) if gone else records, where)
        if gone := self._gone(stream, log, None, seen_deleted):
            yield Page(sorted(gone, key=_version), f"{stream.name}, log of deletions")

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Every record outside the recycle bin."""
        has_bin, after, page = self._describe(stream).has_bin, "", 0
        while True:
            page += 1
            soql = existing(stream.name, ["Id", "SystemModstamp"], has_bin, after, self._page)
            records, is_last = self._query(stream, page, soql)
            rows = [Listed(str(record["Id"]), instant(record["SystemModstamp"])) for record in records]
            if rows and rows[-1].key == after:
                raise CursorStuck(
                    f"{stream.name}, page {page} of the listing: it repeats the one before. Nothing was changed."
                )
            yield rows
            if is_last(self._page):
                return
            after = rows[-1].key

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The records with these Ids, those in the recycle bin too."""
        for start in range(0, len(keys), _IDS):
            wanted = keys[start : start + _IDS]
            records = self._records(stream, self._named(stream, wanted))
            yield Page(records, f"{stream.name}, {len(wanted)} named Ids")

    def check(self) -> Iterator[Finding]:
        """Sign-in, the day's requests, and every object; see salesforce_check."""
        return findings(self.http, self._base, self.streams(), self._fields)

    def _changes(
        self, stream: Stream, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[list[Record], str]]:
        """Pages by rising key, through a bulk job where they are many."""
        key: Key | None = None
        if self._is_large(stream, since):
            try:
                for records, where in self._bulk_pages(stream, since, until):
                    if records:
                        key = _key_of(records[-1])
                        yield records, where
                return
            except Refused as refusal:  # not allowed here, or the job is gone: page on from the last key
                if not is_bulk_refusal(refusal):
                    raise
        limit, page = self._page, 0
        while True:
            page += 1
            try:
                about = self._describe(stream)
                soql = changed(stream.name, about.asked, since, until, key, limit)
                bodies, is_last = self._query(stream, page, soql, key)
            except Refused as refusal:
                if refusal.code == _GONE_FIELD and self._describe(stream, anew=True) != about:
                    continue  # a field went away while we were reading; the others are still there
                if refusal.code != _TOO_SLOW or limit < 10:
                    raise
                limit //= 2
                continue
            records = self._records(stream, bodies)
            if records:
                yield records, f"{stream.name}, page {page}"
                key = _key_of(records[-1])
            if is_last(limit):
                return

    def _bulk_pages(
        self, stream: Stream, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[list[Record], str]]:
        about = self._describe(stream)
        rows = self._bulk.rows(changed(stream.name, about.asked, since, until, None, None), about)
        last: Key | None = None
        page = 0
        while True:
            page += 1
            with self.http.reading(stream, f"{page} of a bulk job"), explained():
                chunk = next(rows, None)
            if chunk is None:
                return
            records = self._records(stream, chunk[0])
            for record in records:  # the job was asked for this order; a read that is cut off relies on it
                if last is not None and _key_of(record).stamp < last.stamp:
                    raise SourceError(
                        f"{stream.name}: a bulk job's records are out of order. Set bulk_above higher and run again."
                    )
                last = _key_of(record)
            yield records, f"{stream.name}, {chunk[1]}"

    def _is_large(self, stream: Stream, since: datetime | None) -> bool:
        if not self._describe(stream).fits_bulk or (since is not None and self.now() - since < _RECENT):
            return False
        with self.http.reading(stream, "count"), explained():
            answer = self.http.get(f"{self._base}/queryAll", {"q": counted(stream.name, since)}).json()
            return int(answer["totalSize"]) > self._bulk_above

    def _log(
        self, stream: Stream, about: Described, since: datetime | None, until: datetime | None
    ) -> DeletedLog | None:
        if not about.has_deleted_log:
            return None

        def ask(window: Mapping[str, str]) -> Any:
            with self.http.reading(stream, "log of deletions"), explained():
                return self.http.get(f"{self._base}/sobjects/{stream.name}/deleted/", window).json()

        return DeletedLog(ask, self.now, since, until)

    def _gone(self, stream: Stream, log: DeletedLog | None, stamp: datetime | None, seen: set[str]) -> list[Record]:
        """What the log of deletions adds: records without a trace elsewhere, and deletions that moved no stamp."""
        deleted = {key: at for at, key in (log.up_to(stamp) if log else ()) if key not in seen}
        keys = list(deleted)
        found = [
            record
            for start in range(0, len(keys), _IDS)
            for record in self._records(stream, self._named(stream, keys[start : start + _IDS]))
        ]
        known = {record.key for record in found}
        seen.update(known)
        purged = [Record(key, deleted[key], {"Id": key, "IsDeleted": True}, True) for key in keys if key not in known]
        # one that is alive was undeleted: its change is served among the others
        return purged + [record for record in found if record.is_deleted]

    def _named(self, stream: Stream, keys: Sequence[str]) -> list[dict[str, Any]]:
        soql = named(stream.name, self._describe(stream).asked, keys)
        bodies, is_last = self._query(stream, "by Id", soql)
        if not is_last(None):
            raise SourceError(
                f"{stream.name}: Salesforce cut an answer of {len(keys)} named records short. Nothing of it landed."
            )
        return bodies

    def _describe(self, stream: Stream, *, anew: bool = False) -> Described:
        if anew or stream.name not in self._described:
            with self.http.reading(stream, "describe"), explained():
                answer = self.http.get(f"{self._base}/sobjects/{stream.name}/describe").json()
                self._described[stream.name] = described(stream.name, answer, self._fields.get(stream.name, ()))
        return self._described[stream.name]

    def _query(
        self, stream: Stream, page: int | str, soql: str, after: Key | None = None
    ) -> tuple[list[dict[str, Any]], IsLast]:
        """The records of one answer, and whether they are the last ones; the rest is asked for by key, not by locator."""
        with self.http.reading(stream, page), explained():
            reply = self.http.get(
                f"{self._base}/queryAll", {"q": soql}, check=lambda answer: _refuse_partial(answer, after)
            )
            self._note_budget(reply)
            answer = reply.json()
            bodies = [body_of(record) for record in answer["records"]]
            return bodies, IsLast(bool(answer["done"]), len(bodies))

    def _records(self, stream: Stream, bodies: Iterable[dict[str, Any]]) -> list[Record]:
        with self.http.reading(stream):
            return [
                Record(str(body["Id"]), instant(body["SystemModstamp"]), body, body.get("IsDeleted") is True)
                for body in bodies
            ]

    def _note_budget(self, reply: Reply) -> None:
        used, _, most = reply.headers.get("sforce-limit-info", "").rpartition("/")
        if most.isdigit():
            self.http.requests.budget = int(most)
            self.http.requests.what = (
                f"API requests of the whole org in 24 hours ({used.rpartition('=')[2]} used by all apps)"
            )


class IsLast:
    """Whether an answer ends a query: the vendor says so, and the limit did not cut it."""

    def __init__(self, is_done: bool, rows: int) -> None:
        self._is_done, self._rows = is_done, rows

    def __call__(self, limit: int | None) -> bool:
        return self._is_done and (limit is None or self._rows < limit)


def _refuse_partial(reply: Reply, after: Key | None) -> None:
    """Raise BrokenAnswer for an answer that cannot be the next page: too few records, or some of the page before."""
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("records"), list):
        return  # not shaped as documented: said where it is read
    records = answer["records"]
    if answer.get("done") is True and answer.get("totalSize") != len(records):
        raise BrokenAnswer(f"it says {answer.get('totalSize')} records and has {len(records)}")
    if answer.get("done") is False and not records:
        raise BrokenAnswer("it is not the last page and has no records")
    if after is not None and any(
        (at := instant(record["SystemModstamp"])) < after.stamp or (at == after.stamp and record["Id"] == after.id)
        for record in records
    ):
        raise BrokenAnswer("it repeats records of the page before")


def _key_of(record: Record) -> Key:
    return Key(_version(record), record.key)


def _version(record: Record) -> datetime:
    assert record.version is not None  # noqa: S101 - every record of this source has one
    return record.version


def _newest(records: Sequence[Record]) -> datetime:
    return max(map(_version, records))

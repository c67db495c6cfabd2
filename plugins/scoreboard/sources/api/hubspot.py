"""HubSpot's CRM API (v3 objects and search, v4 associations), with a private app's token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from scoreboard.sources.api.base import Finding, Listed, Page, Record, SourceError, Stream
from scoreboard.sources.api.http import BrokenAnswer, Http, Refused, Reply
from scoreboard.sources.api.hubspot_objects import ASSOCIATED, PIPELINES, STREAMS, modified_property, properties_of
from scoreboard.sources.api.hubspot_paging import Answer, Filter, Row, by_key, changed_at, instant
from scoreboard.sources.api.signing import FixedHeader, bearer

BASE_URL = "https://api.hubapi.com"

_SEARCHED, _LISTED = 200, 100  # the most HubSpot gives in one answer
_OBJECTS = "/crm/v3/objects"


class _Credentials(Protocol):
    @property
    def password(self) -> str: ...


def auth(credentials: _Credentials, client: Any = None) -> FixedHeader:
    """The private app's token in the Airflow Connection's password: good until it is rotated by hand."""
    return bearer(credentials.password)


class HubspotSource:
    """One HubSpot account. Search for what changed, archived listings for what was deleted, the rest in full."""

    vendor = "hubspot"

    def __init__(
        self, http: Http, connection: str, fields: Mapping[str, Sequence[str]], options: Mapping[str, str]
    ) -> None:
        self.connection = connection
        self._http = http
        self._fields = fields
        self._options = options
        http.requests.budget = 650_000
        http.requests.what = "650,000 requests a day (Professional), 5 searches a second"

    def streams(self) -> tuple[Stream, ...]:
        """Companies and contacts before what belongs to them."""
        return STREAMS

    def now(self) -> datetime:
        """HubSpot's clock, from its last answer."""
        return self._http.now()

    def read(self, stream: Stream, since: datetime | None, until: datetime | None = None) -> Iterator[Page]:
        """What changed from `since` on, what was archived sorted in between; a full stream whole."""
        with self._http.reading(stream):
            yield from self._whole(stream) if stream.mode == "full" else self._changed(stream, since, until)

    def listed(self, stream: Stream) -> Iterable[list[Listed]]:
        """Ids and stamps of all that is there now."""
        if stream.mode == "full":
            for page in self._whole(stream):
                yield [Listed(record.key, record.version) for record in page.records]
            return
        modified = modified_property(stream.name)
        for rows in self._pages(stream, f"{_OBJECTS}/{stream.name}", {"properties": modified}):
            yield [Listed(row["id"], changed_at(row, modified)) for row in rows]

    def fetch(self, stream: Stream, keys: list[str]) -> Iterator[Page]:
        """The named records; one that is not there any more is simply not among them."""
        if stream.mode == "full":
            wanted = set(keys)
            for page in self._whole(stream):
                yield Page([record for record in page.records if record.key in wanted], page.where)
            return
        for start in range(0, len(keys), _LISTED):
            asked = {
                "properties": properties_of(stream.name, self._fields),
                "inputs": [{"id": key} for key in keys[start : start + _LISTED]],
            }
            number = start // _LISTED + 1
            with self._http.reading(stream, number):
                rows = self._http.post(f"{_OBJECTS}/{stream.name}/batch/read", json=asked).json()["results"]
            yield Page(self._records(stream, rows, number), f"{stream.name} by id, page {number}")

    def check(self) -> Iterator[Finding]:
        """Whether the token is good, then per stream whether its scope was granted and how many rows it sees."""
        try:
            with self._http.reading("account"):
                account = self._http.get("/account-info/v3/details").json()
                yield Finding("credentials", True, f"The token is good: HubSpot account {account['portalId']}.")
        except SourceError as error:
            yield Finding("credentials", False, str(error))
            return
        for stream in STREAMS:
            yield self._check(stream)

    def _check(self, stream: Stream) -> Finding:
        try:
            if stream.mode == "full":
                rows = sum(len(page.records) for page in self._whole(stream))
                return Finding(stream.name, True, f"{rows} can be read.", rows)
            with self._http.reading(stream):
                answer = self._http.post(f"{_OBJECTS}/{stream.name}/search", json={"limit": 1}).json()
                rows = int(answer["total"])
                there = {each["name"] for each in self._http.get(f"/crm/v3/properties/{stream.name}").json()["results"]}
            absent = [name for name in properties_of(stream.name, self._fields) if name not in there]
            sentence = f"{rows} can be read."
            if absent:
                sentence += f" Not among its properties: {', '.join(absent)}; those columns stay empty."
            return Finding(stream.name, True, sentence, rows)
        except Refused as refusal:
            scopes = _scopes(refusal.body) or stream.permission
            return Finding(
                stream.name,
                False,
                f"HubSpot refuses it ({refusal.status}). Give the private app {scopes} and copy its token anew.",
            )
        except SourceError as error:
            return Finding(stream.name, False, str(error))

    def _changed(self, stream: Stream, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        """Changes by rising instant, with what was archived in between."""
        modified = modified_property(stream.name)
        # sorted in among the changes, so that what is read stays in order and can be committed in pieces
        archived = sorted(self._archived(stream, since, until), key=lambda each: (each[0], each[1].key))
        number = 0

        def ask(filters: list[Filter], by: str) -> Answer:
            nonlocal number
            number += 1
            return self._search(stream, filters, by, number)

        for rows in by_key(ask, modified, since, until):
            records = self._records(stream, rows, number)
            if records and archived:
                last = max(record.version for record in records if record.version)
                due = [record for at, record in archived if at <= last]
                archived = archived[len(due) :]
                records = sorted(due + records, key=lambda record: record.version or last)
            yield Page(records, f"{stream.name} changed since {_words(since)}, page {number}")
        if archived:
            yield Page([record for _, record in archived], f"{stream.name}, archived ones")

    def _search(self, stream: Stream, filters: list[Filter], by: str, number: int) -> Answer:
        asked = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": by, "direction": "ASCENDING"}],
            "properties": properties_of(stream.name, self._fields),
            "limit": _SEARCHED,
        }
        with self._http.reading(stream, number):
            answer = self._http.post(f"{_OBJECTS}/{stream.name}/search", json=asked, check=_refuse_short).json()
            return Answer(answer["results"], "next" in (answer.get("paging") or {}))

    def _records(self, stream: Stream, rows: list[Row], number: int) -> list[Record]:
        linked = {to: self._linked(stream, to, rows, number) for to in ASSOCIATED.get(stream.name, ()) if rows}
        modified = modified_property(stream.name)
        with self._http.reading(stream, number):
            return [
                Record(
                    row["id"],
                    changed_at(row, modified),
                    {**row, "associations": {to: of.get(row["id"], []) for to, of in linked.items()}}
                    if linked
                    else row,
                )
                for row in rows
            ]

    def _linked(self, stream: Stream, to: str, rows: list[Row], number: int) -> dict[str, list[Any]]:
        """Record id -> its associations, in an order of their own so that equal ones look equal."""
        found: dict[str, list[Any]] = {}
        asked: list[dict[str, Any]] = [{"id": row["id"]} for row in rows]
        path = f"/crm/v4/associations/{stream.name}/{to}/batch/read"
        read: set[tuple[str, str]] = set()
        while asked:
            with self._http.reading(stream, f"{number}, its {to}"):
                answer = self._http.post(path, json={"inputs": asked}).json()
                for error in answer.get("errors", ()):
                    if error.get("category") != "OBJECT_NOT_FOUND":
                        raise SourceError(
                            f"{stream.name}: associations with {to} cannot be read ({error.get('message')}); nothing of"
                            " this page was landed, try again"
                        )
                asked = []
                for each in answer["results"]:
                    key = str(each["from"]["id"])
                    found.setdefault(key, []).extend(each["to"])
                    if "next" in (each.get("paging") or {}):
                        after = str(each["paging"]["next"]["after"])
                        if (key, after) in read:
                            raise _circle(f"{stream.name}, page {number}, its {to}")
                        read.add((key, after))
                        asked.append({"id": key, "after": after})
        return {
            key: sorted(
                (
                    {**each, "associationTypes": sorted(each["associationTypes"], key=lambda kind: int(kind["typeId"]))}
                    for each in links
                ),
                key=lambda each: int(each["toObjectId"]),
            )
            for key, links in found.items()
        }

    def _archived(
        self, stream: Stream, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[datetime, Record]]:
        """What was deleted in the last 90 days; of a deleted person nothing is kept but the id."""
        for rows in self._pages(stream, f"{_OBJECTS}/{stream.name}", {"archived": "true"}):
            for row in rows:
                at = instant(row["archivedAt"])
                if (since is None or at >= since) and (until is None or at <= until):
                    body = {name: row[name] for name in ("id", "archived", "archivedAt")}
                    yield at, Record(row["id"], at, body, is_deleted=True)

    def _whole(self, stream: Stream) -> Iterator[Page]:
        """Every record of a stream that cannot be searched by change."""
        if stream.name in PIPELINES:
            rows = self._pages(stream, f"/crm/v3/pipelines/{PIPELINES[stream.name]}", None)
        elif stream.name == "owners":
            rows = self._owners(stream)
        else:
            asked = ",".join(properties_of(stream.name, self._fields))
            rows = self._pages(stream, f"{_OBJECTS}/{stream.name}", {"properties": asked})
        for number, each in enumerate(rows, 1):
            with self._http.reading(stream, number):
                records = [
                    Record(row["id"], instant(row["updatedAt"]) if row.get("updatedAt") else None, row) for row in each
                ]
            yield Page(records, f"{stream.name}, page {number}")

    def _owners(self, stream: Stream) -> Iterator[list[Row]]:
        """Deactivated owners are listed apart; they still own what they owned."""
        yield from self._pages(stream, "/crm/v3/owners", {"archived": "false"})
        yield from self._pages(stream, "/crm/v3/owners", {"archived": "true"})

    def _pages(self, stream: Stream, path: str, params: Mapping[str, str] | None) -> Iterator[list[Row]]:
        """A listing by its page markers: they name a place, not a count, so nothing slips past."""
        after: str | None = None
        read: set[str] = set()
        number = 0
        while True:
            number += 1
            with self._http.reading(stream, number):
                asked = None if params is None else {**params, "limit": _LISTED, "after": after}
                answer = self._http.get(path, asked).json()
                rows, further = answer["results"], (answer.get("paging") or {}).get("next")
                after = str(further["after"]) if further else None
            yield rows
            if after is None:
                return
            if after in read:
                raise _circle(f"{stream.name}, page {number}")
            read.add(after)


def _circle(where: str) -> SourceError:
    return SourceError(
        f"{where}: HubSpot names a page as the next that was read before, and going on would never end. The cursor stands; "
        "run again later."
    )


def _refuse_short(reply: Reply) -> None:
    """Raise BrokenAnswer for a search's last page that has fewer records than the search counts."""
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        return  # not shaped as documented: said where it is read
    has_more, total = "next" in (answer.get("paging") or {}), answer.get("total")
    if not has_more and total is not None and len(answer["results"]) < int(total):
        raise BrokenAnswer(f"it counts {total} records, names no next page and has {len(answer['results'])}")


def _scopes(body: Any) -> str:
    """The missing scopes a refusal names."""
    try:
        named = [name for error in body["errors"] for name in error["context"]["requiredGranularScopes"]]
    except (TypeError, KeyError):
        return ""
    return f"the scope {' or '.join(named)}" if named else ""


def _words(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else "the beginning"

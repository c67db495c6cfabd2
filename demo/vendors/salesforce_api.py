"""A stand-in Salesforce: sign-in, REST queries, describe, the log of deletions, limits and Bulk 2.0 query jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from demo.vendors.core import Request, Response, Version, World
from demo.vendors.salesforce_bulk import Jobs
from demo.vendors.salesforce_errors import ApiError
from demo.vendors.salesforce_objects import STANDARD, describe, fields_of, has_bin, has_log, in_rest
from demo.vendors.salesforce_soql import Malformed, Query, parse

CLIENT_ID, CLIENT_SECRET = "scoreboard-demo-app", "demo-consumer-secret"
BIN = timedelta(days=15)
_LOCATORS = 10  # query locators kept open
_LONGEST_URL = 16_384  # characters


@dataclass(frozen=True)
class Row:
    """One record as a query sees it."""

    id: str
    stamp: datetime
    is_deleted: bool
    body: Mapping[str, Any]

    def filtered(self) -> dict[str, Any]:
        """What conditions look at."""
        return {"Id": self.id, "SystemModstamp": self.stamp, "IsDeleted": self.is_deleted}

    def value(self, field: str) -> Any:
        """A field as REST serves it."""
        own = {"Id": self.id, "SystemModstamp": in_rest(self.stamp), "IsDeleted": self.is_deleted}
        return own[field] if field in own else self.body.get(field)


class SalesforceStandIn:
    """One org. `page_size`: records of one REST answer at most; `session_requests`: after how many a session expires.

    `hidden`: objects, and `Object.Field`s, that the integration user may not see. `has_bulk` False: no bulk queries here.
    `log_kept` and `log_ids`, to be set: how far back the log of deletions reaches, and how many Ids it answers with at most.
    """

    name = "salesforce"

    def __init__(
        self,
        world: World,
        *,
        page_size: int = 2000,
        session_requests: int | None = None,
        daily_requests: int = 100_000,
        hidden: frozenset[str] = frozenset(),
        has_bulk: bool = True,
    ) -> None:
        self.world = world
        self.page_size = page_size
        self.session_requests = session_requests
        self.daily_requests = daily_requests
        self.hidden = hidden
        self.has_bulk = has_bulk
        self.requests = 0
        self.log_kept, self.log_ids = timedelta(days=15), 600_000
        self.jobs = Jobs()
        self._made_sessions = 0
        self._sessions: dict[str, int | None] = {}  # token -> requests left
        self._locators: dict[str, tuple[str, list[dict[str, Any]]]] = {}
        self._purged: set[tuple[str, str]] = set()
        self._fields: tuple[int, dict[str, dict[str, str]]] = (-1, {})

    def expire_session(self) -> None:
        """Every session ends now, and the query locators with them."""
        self._sessions.clear()
        self._locators.clear()

    def empty_bin(self, name: str, key: str) -> None:
        """Purge a deleted record from the recycle bin before its time."""
        self._purged.add((name, key))

    def merge(self, name: str, loser: str, winner: str, *, stamp: datetime | None = None) -> None:
        """Merge a record into another: the loser goes to the recycle bin and names its master."""
        body = dict(self.world.last_body(name, loser) or {})
        self.world.put(name, loser, {**body, "MasterRecordId": winner}, stamp=stamp)
        self.world.delete(name, loser, stamp=stamp)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        try:
            if request.path == "/services/oauth2/token":
                return self._sign_in(request)
            self._admit(request)
            if len(request.url) > _LONGEST_URL:
                raise ApiError(414, "REQUEST_URI_TOO_LONG", "URI Too Long")
            response = self._route(request)
        except ApiError as error:
            return error.response()
        response.headers["Sforce-Limit-Info"] = f"api-usage={self.requests}/{self.daily_requests}"
        return response

    def _sign_in(self, request: Request) -> Response:
        given = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        if given.get("grant_type") != "client_credentials":
            return Response.of(
                {"error": "unsupported_grant_type", "error_description": "grant type not supported"}, 400
            )
        if given.get("client_id") != CLIENT_ID:
            return Response.of({"error": "invalid_client_id", "error_description": "client identifier invalid"}, 400)
        if given.get("client_secret") != CLIENT_SECRET:
            return Response.of({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
        self._made_sessions += 1
        token = f"00DSESSION!{self._made_sessions:06d}.standin"
        self._sessions[token] = self.session_requests
        return Response.of(
            {
                "access_token": token,
                "signature": "c2lnbmF0dXJl",
                "scope": "api",
                "instance_url": request.base,
                "id": f"{request.base}/id/00D000000000001EAA/005000000000001EAA",
                "token_type": "Bearer",
                "issued_at": str(int(self.world.clock.now().timestamp() * 1000)),
            }
        )

    def _admit(self, request: Request) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        left = self._sessions.get(token, 0)
        if left == 0:
            if self._sessions.pop(token, None) is not None:
                self._locators.clear()  # a session takes its query locators along
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if left is not None:
            self._sessions[token] = left - 1
        if self.requests >= self.daily_requests:
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.requests += 1

    def _route(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        if parts[:2] != ["services", "data"] or len(parts) < 4 or not parts[2].startswith("v"):
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        match parts[3:]:
            case ["limits"]:
                left = self.daily_requests - self.requests
                return Response.of({"DailyApiRequests": {"Max": self.daily_requests, "Remaining": left}})
            case ["query" | "queryAll" as resource]:
                return self._first_page(request, resource, parts[2])
            case ["query" | "queryAll", locator]:
                return self._next_page(locator)
            case ["sobjects", name, "describe"]:
                self._refuse_hidden(name, 404, "NOT_FOUND", "The requested resource does not exist")
                return Response.of(describe(self.world, name, self._hidden_fields(name)))
            case ["sobjects", name, "deleted"]:
                return self._deleted(name, request.query)
            case ["jobs", "query", *rest]:
                if not self.has_bulk:
                    raise ApiError(403, "FEATURENOTENABLED", "Bulk API is not enabled for this user")
                return self.jobs.handle(request, rest, self.selected)
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")

    def _first_page(self, request: Request, resource: str, version: str) -> Response:
        query, rows = self.selected(request.query.get("q", ""), with_deleted=resource == "queryAll")
        if query.is_count:
            return Response.of({"totalSize": len(rows), "done": True, "records": []})
        address = f"/services/data/{version}"
        records = [_record(query, row, f"{address}/sobjects/{query.object}/{row.id}") for row in rows]
        return self._page(f"01g{len(self._locators):012d}AAA", f"{address}/query", records, 0)

    def _next_page(self, named: str) -> Response:
        locator, _, start = named.rpartition("-")
        if locator not in self._locators:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        address, records = self._locators[locator]
        return self._page(locator, address, records, int(start))

    def _page(self, locator: str, address: str, records: list[dict[str, Any]], start: int) -> Response:
        end = start + self.page_size
        answer: dict[str, Any] = {"totalSize": len(records), "done": end >= len(records)}
        if end < len(records):
            self._locators[locator] = (address, records)
            while len(self._locators) > _LOCATORS:
                del self._locators[next(iter(self._locators))]
            answer["nextRecordsUrl"] = f"{address}/{locator}-{end}"
        return Response.of({**answer, "records": records[start:end]})

    def selected(self, soql: str, *, with_deleted: bool = True) -> tuple[Query, list[Row]]:
        """A query and the rows it selects. Raises ApiError as Salesforce words it."""
        try:
            query = parse(soql)
        except Malformed as error:
            raise ApiError(400, "MALFORMED_QUERY", str(error)) from None
        self._refuse_hidden(
            query.object, 400, "INVALID_TYPE", f"sObject type '{query.object}' is not supported. If you are attempting to use "
            "a custom object, be sure to append the '__c' after the entity name."
        )  # fmt: skip
        known = self._known_fields(query.object).keys() - self._hidden_fields(query.object)
        for field in () if query.is_count else query.fields:
            # a field of a related record goes through the reference: Owner.Name through OwnerId
            if field not in known and ("." not in field or f"{field.partition('.')[0]}Id" not in known):
                raise ApiError(400, "INVALID_FIELD", f"No such column '{field}' on entity '{query.object}'.")
        rows = [row for row in self._rows(query.object, with_deleted) if query.where(row.filtered())]
        rows.sort(key=lambda row: tuple(row.filtered()[field] for field in query.order or ("Id",)))
        return query, rows[: query.limit]

    def _rows(self, name: str, with_deleted: bool) -> list[Row]:
        rows = []
        for version in self.world.seen(name):
            body = version.body if version.body is not None else self.world.last_body(name, version.key) or {}
            is_archived = body.get("IsArchived") is True
            if version.body is None and not self._is_in_bin(version):
                continue
            if with_deleted or (version.body is not None and not is_archived):
                rows.append(Row(version.key, _to_milliseconds(version.stamp), version.body is None, body))
        return rows

    def _is_in_bin(self, version: Version) -> bool:
        is_recent = version.stamp > self.world.clock.now() - BIN
        return has_bin(version.stream) and is_recent and (version.stream, version.key) not in self._purged

    def _deleted(self, name: str, query: Mapping[str, str]) -> Response:
        self._refuse_hidden(name, 404, "NOT_FOUND", "The requested resource does not exist")
        if not has_log(name):
            raise ApiError(400, "INVALID_TYPE", f"object type '{name}' is not replicable")
        try:
            start, end = (_minute(query[side]) for side in ("start", "end"))
        except (KeyError, ValueError):
            raise ApiError(400, "INVALID_FIELD", "start and end are dateTimes") from None
        now = self.world.clock.now()
        if start < _minute((now - self.log_kept).isoformat()):
            raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate is before the earliest date available")
        if end - start < timedelta(minutes=1):
            raise ApiError(
                400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate"
            )
        newest = {
            version.key: version
            for version in self.world.ledger
            if version.stream == name and version.visible_from <= now
        }
        entries = [
            {"id": version.key, "deletedDate": in_rest(version.stamp)}
            for version in newest.values()
            if version.body is None and start <= version.stamp < end
        ]
        if len(entries) > self.log_ids:
            raise ApiError(400, "EXCEEDED_ID_LIMIT", f"the query returns more than {self.log_ids} Ids")
        return Response.of(
            {
                "deletedRecords": entries,
                "earliestDateAvailable": in_rest(now - self.log_kept),
                "latestDateCovered": in_rest(min(end, now)),
            }
        )

    def _known_fields(self, name: str) -> dict[str, str]:
        if self._fields[0] != len(self.world.ledger):
            self._fields = (len(self.world.ledger), {})
        if name not in self._fields[1]:
            self._fields[1][name] = fields_of(self.world, name)
        return self._fields[1][name]

    def _hidden_fields(self, name: str) -> frozenset[str]:
        return frozenset(path.split(".", 1)[1] for path in self.hidden if path.startswith(f"{name}."))

    def _refuse_hidden(self, name: str, status: int, code: str, message: str) -> None:
        if name not in STANDARD or name in self.hidden:
            raise ApiError(status, code, message)


def _record(query: Query, row: Row, url: str) -> dict[str, Any]:
    """One record as REST wraps it; fields of a related record in an object of their own."""
    record: dict[str, Any] = {"attributes": {"type": query.object, "url": url}}
    for field in query.fields:
        head, _, rest = field.partition(".")
        if rest:
            record.setdefault(head, {"attributes": {"type": head}})[rest] = (row.body.get(head) or {}).get(rest)
        else:
            record[field] = row.value(field)
    return record


def _to_milliseconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def _minute(text: str) -> datetime:
    """An instant of the log of deletions, which knows no seconds."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(second=0, microsecond=0)

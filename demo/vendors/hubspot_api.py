"""A stand-in for HubSpot's CRM API: objects, search, archive, owners, pipelines, associations, in the documented shapes.

A record's body in the world is `{"properties": {...}, "associations": {<to type>: [{"toObjectId", "associationTypes"}]}}`,
that of an owner or a pipeline what HubSpot answers. Search finds a change once it is visible (its index is late by design);
a soft-deleted record is in the archive for 90 days, a hard-deleted one nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from demo.vendors.core import Clock, Request, Response, Version, World
from demo.vendors.hubspot_search import Rejected, search, stamped

_LISTED = 100
_BATCH, _LINKED = 100, 1000
_LONGEST_SEARCH = 3000  # characters of a request's body
_ARCHIVED_FOR = timedelta(days=90)
_FULL = {"owners": "crm.objects.owners.read", "deals": "crm.objects.deals.read", "tickets": "tickets"}


class HubspotStandIn:
    """One HubSpot account. `page_size` makes its pages smaller than documented, `token` is the only one it accepts.

    `denied`: object types whose scope the token lacks. `searches_per_second` and `daily`: limits answered with 429.
    """

    name = "hubspot"

    def __init__(
        self,
        world: World | None = None,
        *,
        page_size: int = 200,
        token: str = "",
        denied: Collection[str] = (),
        searches_per_second: int | None = None,
        daily: int | None = None,
        associations_per_page: int = 500,
    ) -> None:
        self.world = world or World(Clock())
        self.page_size = page_size
        self.denied = set(denied)
        self._token = token
        self._searches_per_second = searches_per_second
        self._daily = daily
        self._associations_per_page = associations_per_page
        self._searched: list[datetime] = []
        self._asked = 0

    def handle(self, request: Request) -> Response:
        """Answer one request as HubSpot documents it."""
        given = {name.lower(): text for name, text in request.headers.items()}.get("authorization", "")
        if not given.startswith("Bearer ") or (self._token and given != f"Bearer {self._token}"):
            return _error(401, "Authentication credentials not found.", "INVALID_AUTHENTICATION")
        self._asked += 1
        if self._daily is not None and self._asked > self._daily:
            return _limited("DAILY", "You have reached your daily limit.")
        try:
            return self._routed(request)
        except Rejected as rejected:
            return _error(400, str(rejected), "VALIDATION_ERROR")

    def _routed(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match parts:
            case ["account-info", "v3", "details"]:
                return Response.of({"portalId": 4711, "timeZone": "UTC", "companyCurrency": "USD"})
            case ["crm", "v3", "objects", kind, "search"] if request.method == "POST":
                return self._permitted(kind, lambda: self._search(kind, request))
            case ["crm", "v3", "objects", kind, "batch", "read"] if request.method == "POST":
                return self._permitted(kind, lambda: self._batch(kind, request))
            case ["crm", "v3", "objects", kind]:
                return self._permitted(kind, lambda: self._objects(kind, request))
            case ["crm", "v3", "owners"]:
                return self._permitted("owners", lambda: self._owners(request))
            case ["crm", "v3", "pipelines", kind]:
                return self._permitted(kind, lambda: self._pipelines(kind))
            case ["crm", "v3", "properties", kind]:
                return self._permitted(kind, lambda: self._properties(kind))
            case ["crm", "v4", "associations", kind, to, "batch", "read"] if request.method == "POST":
                return self._permitted(kind, lambda: self._associations(kind, to, request))
        return _error(404, "resource not found", "OBJECT_NOT_FOUND")

    def _permitted(self, kind: str, answer: Callable[[], Response]) -> Response:
        if kind not in self.denied:
            return answer()
        scope = _FULL.get(kind, f"crm.objects.{kind}.read")
        return _error(
            403,
            "This app hasn't been granted all required scopes to make this call.",
            "MISSING_SCOPES",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": [scope]},
                }
            ],
        )

    def _search(self, kind: str, request: Request) -> Response:
        now = self.world.clock.now()
        self._searched = [at for at in self._searched if (now - at).total_seconds() < 1]
        if self._searches_per_second is not None and len(self._searched) >= self._searches_per_second:
            return _limited("SECONDLY", "You have reached your secondly limit.")
        self._searched.append(now)
        if len(request.body.decode()) > _LONGEST_SEARCH:
            raise Rejected(f"The request's body must have at most {_LONGEST_SEARCH} characters.")
        return Response.of(search(kind, self.world.alive(kind), request.json(), self.page_size))

    def _objects(self, kind: str, request: Request) -> Response:
        is_archived = request.query.get("archived") == "true"
        limit = int(request.query.get("limit", "10"))
        if limit > _LISTED:
            raise Rejected(f"limit must be at most {_LISTED}")
        asked = request.query.get("properties", "").split(",")
        rows, forgotten = [], self.world.clock.now() - _ARCHIVED_FOR
        for version in self.world.seen(kind):
            if version.body is None and is_archived and version.stamp >= forgotten:
                row = stamped(kind, version, asked, self.world.last_body(kind, version.key))
                rows.append({**row, "archived": True, "archivedAt": row["updatedAt"]})
            elif version.body is not None and not is_archived:
                rows.append(stamped(kind, version, asked))
        return self._listing(rows, request, min(limit, self.page_size))

    def _batch(self, kind: str, request: Request) -> Response:
        asked = request.json()
        keys = [str(each["id"]) for each in asked["inputs"]]
        if len(keys) > _BATCH:
            raise Rejected(f"at most {_BATCH} inputs")
        alive = {version.key: version for version in self.world.alive(kind)}
        found = [stamped(kind, alive[key], asked.get("properties", [])) for key in keys if key in alive]
        answer: dict[str, Any] = {"status": "COMPLETE", "results": found}
        missing = [key for key in keys if key not in alive]
        if missing:
            answer |= {"numErrors": 1, "errors": [{"category": "OBJECT_NOT_FOUND", "context": {"ids": missing}}]}
        return Response.of(answer, 207 if missing else 200)

    def _owners(self, request: Request) -> Response:
        is_archived = request.query.get("archived") == "true"
        rows = [_whole(version) for version in self.world.alive("owners")]
        return self._listing(
            [row for row in rows if bool(row.get("archived")) == is_archived], request, min(_LISTED, self.page_size)
        )

    def _pipelines(self, kind: str) -> Response:
        name = f"{kind.removesuffix('s')}_pipelines"
        return Response.of({"results": [_whole(version) for version in self.world.alive(name)]})

    def _properties(self, kind: str) -> Response:
        names = {name for version in self.world.alive(kind) for name in (version.body or {}).get("properties", {})}
        names |= {"lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate", "hs_object_id"}
        return Response.of({"results": [{"name": name, "type": "string"} for name in sorted(names)]})

    def _associations(self, kind: str, to: str, request: Request) -> Response:
        alive = {version.key: version for version in self.world.alive(kind)}
        results, errors = [], []
        asked = request.json()["inputs"]
        if len(asked) > _LINKED:
            raise Rejected(f"at most {_LINKED} inputs")
        for each in asked:
            key, start = str(each["id"]), int(each.get("after") or 0)
            body = alive[key].body if key in alive else None
            links = (body or {}).get("associations", {}).get(to, [])
            if not links:
                errors.append(_nothing_linked(to, key))
                continue
            end = start + self._associations_per_page
            result: dict[str, Any] = {"from": {"id": key}, "to": links[start:end]}
            if end < len(links):
                result["paging"] = {"next": {"after": str(end), "link": "https://api.hubapi.com/next"}}
            results.append(result)
        answer: dict[str, Any] = {"status": "COMPLETE", "results": results}
        if errors:
            answer |= {"numErrors": len(errors), "errors": errors}
        return Response.of(answer, 207 if errors else 200)

    def _listing(self, rows: list[dict[str, Any]], request: Request, limit: int) -> Response:
        """By rising id; the marker is the last id given, as HubSpot's own is."""
        rows = sorted(rows, key=lambda row: int(row["id"]))
        after = request.query.get("after")
        rest = [row for row in rows if not after or int(row["id"]) > int(after)]
        answer: dict[str, Any] = {"results": rest[:limit]}
        if len(rest) > limit:
            marker = rest[limit - 1]["id"]
            answer["paging"] = {"next": {"after": marker, "link": f"{request.base}{request.path}?after={marker}"}}
        return Response.of(answer)


def _whole(version: Version) -> dict[str, Any]:
    at = version.stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"id": version.key, "createdAt": at, "updatedAt": at, "archived": False, **(version.body or {})}


def _nothing_linked(to: str, key: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {to} is associated with {key}.",
        "context": {"fromObjectId": [key]},
    }


def _error(status: int, message: str, category: str, **more: Any) -> Response:
    told = {"status": "error", "message": message, "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf"}
    return Response.of({**told, "category": category, **more}, status)


def _limited(policy: str, message: str) -> Response:
    """A 429 as HubSpot gives it: the policy says whether a second or a day is used up; no Retry-After."""
    return Response.of(
        {
            "status": "error",
            "message": message,
            "errorType": "RATE_LIMIT",
            "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
            "policyName": policy,
        },
        429,
    )

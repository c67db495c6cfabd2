"""A stand-in Zendesk: exports by cursor and by time, lists, single records, counts, and its ways of saying no.

Documented at developer.zendesk.com; where real traffic differs from the documents, it follows the traffic: pages that vary
in size where stamps tie, an empty page that is not the end, links that name another host.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from demo.vendors.core import Request, Response, Version, World
from demo.vendors.zendesk_served import Body, Newest, Shown, by_id, exists, is_archived, iso, seconds, without_metrics
from demo.vendors.zendesk_sign_in import SignIn

_MINUTE = timedelta(minutes=1)
_Answer = Callable[[Request, "re.Match[str]"], Response]


class ZendeskStandIn:
    """One Zendesk account over a world whose streams are organizations, users, groups, tickets, ticket_events (each with its
    `child_events`), ticket_audits (each with its `ticket_id`), satisfaction_ratings and survey_responses.

    `page_rows`: rows of an export's page, `list_rows`: of a list's. `exports_per_minute`: 10 at a real account; None, as
    many as you like. `excluded`: how old a change must be to be exported. `other_host`: the host that links name.
    `status`: what good answers are sent with. `role`: of who asks. `token_lives`: how long an OAuth client's token is good.
    `api_token`: the one API token that is taken, any if empty.
    """

    name = "zendesk"

    def __init__(
        self,
        world: World,
        *,
        page_rows: int = 1000,
        list_rows: int = 100,
        exports_per_minute: int | None = None,
        excluded: timedelta = _MINUTE,
        other_host: str = "acme-legacy.zendesk.com",
        status: int = 200,
        role: str = "admin",
        token_lives: timedelta = timedelta(hours=2),
        api_token: str = "",
    ) -> None:
        self.world = world
        self._page_rows = page_rows
        self._list_rows = list_rows
        self._exports_per_minute = exports_per_minute
        self._excluded = excluded
        self._other_host = other_host
        self._status = status
        self._role = role
        self._sign_in = SignIn(world.clock, token_lives, api_token)
        self._shown = Shown(world)
        self._exports: list[datetime] = []
        self._newest = Newest(world)
        self._rows: dict[str, tuple[dict[str, Version], list[tuple[int, Version]]]] = {}

    def handle(self, request: Request) -> Response:
        """Answer one request as Zendesk documents it."""
        path = request.path.removesuffix(".json")
        if path == "/oauth/tokens":
            return self._sign_in.grant(request)
        if not self._sign_in.admits(request.headers):
            return Response.of({"error": "Couldn't authenticate you"}, 401)
        for pattern, answer in self._routes():
            found = re.fullmatch(pattern, path)
            if found:
                return answer(request, found)
        return Response.of({"error": "InvalidEndpoint", "description": "Not found"}, 404)

    def _routes(self) -> tuple[tuple[str, _Answer], ...]:
        return (
            (r"/api/v2/incremental/(tickets|users)/cursor", self._limited(self._by_cursor)),
            (r"/api/v2/incremental/(organizations|ticket_events|tickets|users)", self._limited(self._by_time)),
            (r"/api/v2/users/me", self._me),
            (r"/api/v2/(tickets|users|organizations)/show_many", self._show_many),
            (r"/api/v2/(tickets|users|organizations|groups|satisfaction_ratings)/count", self._count),
            (r"/api/v2/(tickets)/(\d+)/audits", self._audits),
            (r"/api/v2/(tickets|users|organizations|groups|satisfaction_ratings|ticket_audits)", self._list),
            (r"/api/v2/guide/(survey_responses)", self._list),
            (r"/api/v2/(groups|satisfaction_ratings)/([^/]+)", self._show),
            (r"/api/v2/guide/(survey_responses)/([^/]+)", self._show),
        )

    def _limited(self, answer: _Answer) -> _Answer:
        def limited(request: Request, found: re.Match[str]) -> Response:
            if self._role != "admin":
                return Response.of({"error": "Forbidden", "description": "You do not have access to this page."}, 403)
            now = self.world.clock.now()
            self._exports = [at for at in self._exports if now - at < _MINUTE]
            if self._exports_per_minute is not None and len(self._exports) >= self._exports_per_minute:
                wait = max(1, int((self._exports[0] + _MINUTE - now).total_seconds()) + 1)
                body = {
                    "error": "APIRateLimitExceeded",
                    "description": "Number of allowed API requests per minute exceeded",
                }
                return Response.of(body, 429, **{"retry-after": str(wait)})
            self._exports.append(now)
            return answer(request, found)

        return limited

    # -- exports

    def _by_cursor(self, request: Request, found: re.Match[str]) -> Response:
        resource, asked = found[1], request.query
        if "cursor" in asked:
            after, is_pause = _opened(asked["cursor"])
        else:
            refused = self._refuse_start(asked)
            if refused:
                return refused
            after, is_pause = (int(asked["start_time"]), (-1, "")), False
        at = self.world.clock.now() - self._excluded
        rows = self._sorted(resource, at, asked)
        rows = rows[bisect_right(rows, after, key=_place) :]
        page = [] if is_pause else rows[: self._size(asked)]
        is_last = not is_pause and len(page) == len(rows)
        last = (page[-1][0], by_id(page[-1][1].key)) if page else after
        # once in a chain an empty page comes between two full ones
        cursor = _sealed(last, is_pause="cursor" not in asked and not is_last)
        link = self._link(request, {"cursor": cursor})
        return self._answer(
            {
                resource: self._bodies(resource, page, at, asked),
                "after_cursor": cursor,
                "after_url": link,
                "before_cursor": None,
                "before_url": None,
                "end_of_stream": is_last,
            }
        )

    def _by_time(self, request: Request, found: re.Match[str]) -> Response:
        resource, asked = found[1], request.query
        refused = self._refuse_start(asked)
        if refused:
            return refused
        start, size = int(asked["start_time"]), self._size(asked)
        at = self.world.clock.now() - self._excluded
        rows = self._sorted(resource, at, asked)
        rows = rows[bisect_left(rows, start, key=lambda row: row[0]) :]
        page = rows[:size]
        # rows of one second stay together as far as a page holds twice its size
        page += [row for row in rows[size : 2 * size] if row[0] == page[-1][0]]
        end = page[-1][0] if page else None
        return self._answer(
            {
                resource: self._bodies(resource, page, at, asked),
                "count": len(page),
                "end_of_stream": len(page) == len(rows),
                "end_time": end,
                "next_page": self._link(request, {"start_time": str(end)}) if page else None,
            }
        )

    def _refuse_start(self, asked: dict[str, str]) -> Response | None:
        if not asked.get("start_time", "").isdigit():
            message = "Parameter start_time is required and must be an integer"
            return Response.of({"error": {"title": "Invalid attribute", "message": message}}, 400)
        if int(asked["start_time"]) > seconds(self.world.clock.now() - _MINUTE):
            words = "Too recent start_time. Use a start_time older than 1 minute"
            return Response.of({"error": "StartTimeTooRecent", "description": words}, 422)
        return None

    def _sorted(self, resource: str, at: datetime, asked: dict[str, str]) -> list[tuple[int, Version]]:
        found = self._newest.at(resource, at)
        known, rows = self._rows.get(resource, ({}, []))
        if known is not found or resource == "tickets":  # tickets are scrubbed as time goes by
            stamped = [(seconds(self._shown.stamp(one, at)), one) for one in found.values()]
            rows = sorted(stamped, key=_place)
            self._rows[resource] = (found, rows)
        return [row for row in rows if exists(row[1])] if asked.get("exclude_deleted") == "true" else rows

    def _bodies(
        self, resource: str, page: list[tuple[int, Version]], at: datetime, asked: dict[str, str]
    ) -> list[Body]:
        bodies = [self._shown.body(version, at) for _, version in page]
        if resource == "tickets" and "metric_sets" not in asked.get("include", ""):
            return without_metrics(bodies)
        if resource == "ticket_events" and "comment_events" not in asked.get("include", ""):
            return [
                {**body, "child_events": [_without_comment(one) for one in body["child_events"]]} for body in bodies
            ]
        return bodies

    # -- lists and single records

    def _list(self, request: Request, found: re.Match[str]) -> Response:
        resource, asked = found[1], request.query
        now = self.world.clock.now()
        versions = [one for one in self._newest.at(resource, now).values() if exists(one)]
        since = int(asked.get("start_time") or 0) or int(asked.get("filter[created_at_start]") or 0) // 1000
        if since:
            versions = [one for one in versions if seconds(self._shown.created(one)) >= since]
        bodies = {one.key: self._shown.body(one, now) for one in versions}
        if resource == "tickets":
            bodies = {key: body for key, body in bodies.items() if not is_archived(body, now)}
        order = sorted(bodies, key=by_id)
        if asked.get("sort") == "-updated_at":
            order.sort(key=lambda key: str(bodies[key]["updated_at"]), reverse=True)
        name = "audits" if resource == "ticket_audits" else resource
        return self._paged(request, name, [(key, bodies[key]) for key in order])

    def _audits(self, request: Request, found: re.Match[str]) -> Response:
        now = self.world.clock.now()
        ticket = self._newest.at("tickets", now).get(found[2])
        if ticket is None or not exists(ticket):
            return Response.of({"error": "RecordNotFound", "description": "Not found"}, 404)
        mine = self._newest.audits_of(found[2], now)
        bodies = [
            (one.key, self._shown.body(one, now)) for one in sorted(mine, key=lambda one: (one.stamp, by_id(one.key)))
        ]
        return self._paged(request, "audits", bodies)

    def _paged(self, request: Request, name: str, rows: list[tuple[str, Body]]) -> Response:
        asked = request.query
        size = min(int(asked.get("page[size]", self._list_rows)), self._list_rows)
        keys = [key for key, _ in rows]
        after = base64.urlsafe_b64decode(asked["page[after]"]).decode() if asked.get("page[after]") else None
        start = (
            keys.index(after) + 1 if after in keys else sum(by_id(key) <= by_id(after) for key in keys) if after else 0
        )
        page = rows[start : start + size]
        has_more = start + size < len(rows)
        cursor = base64.urlsafe_b64encode(page[-1][0].encode()).decode() if page else None
        link = self._link(request, {"page[size]": str(size), "page[after]": str(cursor)}) if has_more else None
        body: dict[str, Any] = {name: without_metrics(each for _, each in page)}
        return self._answer(body | {"meta": {"has_more": has_more, "after_cursor": cursor}, "links": {"next": link}})

    def _show_many(self, request: Request, found: re.Match[str]) -> Response:
        now, wanted = self.world.clock.now(), request.query.get("ids", "").split(",")[:100]
        alive = {key: one for key, one in self._newest.at(found[1], now).items() if exists(one)}
        bodies = [self._shown.body(alive[key], now) for key in wanted if key in alive]
        if "metric_sets" not in request.query.get("include", ""):
            bodies = without_metrics(bodies)
        return self._answer({found[1]: bodies, "count": len(bodies), "next_page": None, "previous_page": None})

    def _show(self, request: Request, found: re.Match[str]) -> Response:
        now = self.world.clock.now()
        version = self._newest.at(found[1], now).get(found[2])
        if version is None or not exists(version):
            return Response.of({"error": "RecordNotFound", "description": "Not found"}, 404)
        return self._answer({found[1].removesuffix("s"): self._shown.body(version, now)})

    def _count(self, request: Request, found: re.Match[str]) -> Response:
        now = self.world.clock.now()
        alive = [one for one in self._newest.at(found[1], now).values() if exists(one)]
        return self._answer({"count": {"value": len(alive), "refreshed_at": iso(now)}})

    def _me(self, request: Request, found: re.Match[str]) -> Response:
        return self._answer({"user": {"id": 1, "name": "Scoreboard", "role": self._role, "active": True}})

    # -- small things

    def _size(self, asked: dict[str, str]) -> int:
        return min(int(asked.get("per_page", self._page_rows)), self._page_rows)

    def _link(self, request: Request, query: dict[str, str]) -> str:
        return f"https://{self._other_host}{request.path}?{urlencode(query)}"

    def _answer(self, body: dict[str, Any]) -> Response:
        return Response.of(body, self._status)


def _place(row: tuple[int, Version]) -> tuple[int, tuple[int, str]]:
    """Where a row stands in an export: by its second, then by its id."""
    return row[0], by_id(row[1].key)


def _sealed(place: tuple[int, tuple[int, str]], *, is_pause: bool) -> str:
    stamp, (number, name) = place
    return base64.urlsafe_b64encode(f"{stamp}|{number}|{name}|{int(is_pause)}".encode()).decode()


def _opened(cursor: str) -> tuple[tuple[int, tuple[int, str]], bool]:
    stamp, number, name, is_pause = base64.urlsafe_b64decode(cursor).decode().split("|")
    return (int(stamp), (int(number), name)), is_pause == "1"


def _without_comment(child: Body) -> Body:
    """Without the sideload a comment is only hinted at."""
    if child.get("event_type") != "Comment":
        return child
    return {"id": child.get("id"), "comment_present": True, "comment_public": child.get("public")}

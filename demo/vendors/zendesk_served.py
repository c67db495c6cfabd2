"""How Zendesk shows its records: the world's versions as the bodies that its endpoints serve, stamps in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.vendors.core import Version, World

SCRUBBED_AFTER = timedelta(days=30)
ARCHIVED_AFTER = timedelta(days=120)
Body = dict[str, Any]


def iso(moment: datetime) -> str:
    """An instant as Zendesk writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(moment: datetime) -> int:
    """An instant as exports count it."""
    return int(moment.timestamp())


class Newest:
    """The newest visible version of every record, looked through the world's versions only when something has changed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, _Kept] = {}
        self._of_ticket: tuple[dict[str, Version], dict[str, list[Version]]] = ({}, {})

    def at(self, stream: str, at: datetime) -> dict[str, Version]:
        """key -> the newest version that was visible at an instant; what was deleted hard is not among them."""
        kept = self._kept.get(stream)
        if kept is None or kept.counted != len(self._world.ledger) or not kept.since <= at < kept.until:
            kept = self._kept[stream] = self._looked_through(stream, at)
        return kept.found

    def audits_of(self, ticket: str, at: datetime) -> list[Version]:
        """A ticket's audits, in no order."""
        found = self.at("ticket_audits", at)
        if self._of_ticket[0] is not found:
            index: dict[str, list[Version]] = {}
            for version in found.values():
                index.setdefault(str((version.body or {}).get("ticket_id")), []).append(version)
            self._of_ticket = (found, index)
        return self._of_ticket[1].get(ticket, [])

    def _looked_through(self, stream: str, at: datetime) -> _Kept:
        found: dict[str, Version] = {}
        until = datetime.max.replace(tzinfo=UTC)
        for version in self._world.ledger:
            if version.stream != stream:
                continue
            if version.visible_from <= at:
                found[version.key] = version
            else:
                until = min(until, version.visible_from)
        alive = {key: version for key, version in found.items() if not (version.is_hard and version.body is None)}
        return _Kept(len(self._world.ledger), at, until, alive)


@dataclass(frozen=True)
class _Kept:
    """What was found among so many versions, true from an instant until another one comes into sight."""

    counted: int
    since: datetime
    until: datetime
    found: dict[str, Version]


def by_id(key: str) -> tuple[int, str]:
    """Ids sort as numbers."""
    return (int(key), "") if key.isdigit() else (1 << 62, key)


def exists(version: Version) -> bool:
    """Whether a record is there: not deleted by the world, nor by its own word."""
    return version.body is not None and version.body.get("status") != "deleted"


def is_archived(body: Body, now: datetime) -> bool:
    """Tickets closed long ago are in exports only."""
    updated = datetime.fromisoformat(str(body["updated_at"]))
    return body.get("status") == "closed" and now - updated >= ARCHIVED_AFTER


class Shown:
    """One stream's records as bodies."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._firsts: dict[tuple[str, str], Version] = {}
        self._counted = 0

    def body(self, version: Version, at: datetime) -> Body:
        """The body of a version as it is served at an instant."""
        known = version.body
        if known is None:
            known = self._world.last_body(version.stream, version.key, before=version) or {}
        identity = known.get("id", int(version.key) if version.key.isdigit() else version.key)
        return _STAMPED[version.stream](self, {**known, "id": identity}, version, at)

    def stamp(self, version: Version, at: datetime) -> datetime:
        """What an export sorts and filters a version by: being scrubbed is an update of its own."""
        return version.stamp + SCRUBBED_AFTER if self._is_scrubbed(version, at) else version.stamp

    def _is_scrubbed(self, version: Version, at: datetime) -> bool:
        return version.stream == "tickets" and version.body is None and at - version.stamp >= SCRUBBED_AFTER

    def _ticket(self, body: Body, version: Version, at: datetime) -> Body:
        # half of them were touched by the system a little after a person's last update
        lag = timedelta(seconds=int(version.key[-1:], 36) % 4 if version.key[-1:].isalnum() else 0)
        shown = {
            "url": f"https://acme.zendesk.com/api/v2/tickets/{body['id']}.json",
            "subject": "No subject",
            "description": "",
            "status": "open",
            "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
            "satisfaction_rating": None,
            "created_at": iso(version.stamp - lag),
            **body,
            "updated_at": body.get("updated_at") or iso(version.stamp - lag),
            "generated_timestamp": seconds(self.stamp(version, at)),
        }
        if version.body is None:
            shown["status"] = "deleted"
        if self._is_scrubbed(version, at):
            shown |= {"subject": "SCRUBBED", "raw_subject": "SCRUBBED", "description": "X", "custom_fields": []}
            shown |= {"requester_id": None, "organization_id": None, "external_id": None}
        return shown

    def _user(self, body: Body, version: Version, at: datetime) -> Body:
        defaults = {"email": None, "role": "end-user", "suspended": False, "created_at": iso(version.stamp)}
        return {**defaults, **body, "active": version.body is not None, "updated_at": iso(version.stamp)}

    def _organization(self, body: Body, version: Version, at: datetime) -> Body:
        gone = iso(version.stamp) if version.body is None else None
        return {"external_id": None, **body, "deleted_at": gone, "updated_at": iso(version.stamp)}

    def _group(self, body: Body, version: Version, at: datetime) -> Body:
        return {**body, "deleted": version.body is None, "updated_at": iso(version.stamp)}

    def _event(self, body: Body, version: Version, at: datetime) -> Body:
        return {"event_type": "Audit", "child_events": [], **body, "timestamp": seconds(version.stamp)}

    def _audit(self, body: Body, version: Version, at: datetime) -> Body:
        return {"events": [], **body, "created_at": iso(version.stamp)}

    def _rating(self, body: Body, version: Version, at: datetime) -> Body:
        created = iso(self._first(version).stamp)
        return {"created_at": created, **body, "updated_at": body.get("updated_at") or iso(version.stamp)}

    def _response(self, body: Body, version: Version, at: datetime) -> Body:
        skipped = {"type": "skipped", "question": {"type": "open_ended", "id": "comment", "alias": "comment"}}
        times = {"created_at": iso(self._first(version).stamp), "updated_at": iso(version.stamp)}
        answers = [{**times, **answer} for answer in body.get("answers") or [skipped]]
        return {**body, "answers": answers}

    def _first(self, version: Version) -> Version:
        for one in self._world.ledger[self._counted :]:
            self._firsts.setdefault((one.stream, one.key), one)
        self._counted = len(self._world.ledger)
        return self._firsts[version.stream, version.key]

    def created(self, version: Version) -> datetime:
        """When a record's first version was stamped: what lists filter by."""
        body = version.body or {}
        given = body.get("created_at")
        return datetime.fromisoformat(given) if given else self._first(version).stamp


_STAMPED = {
    "tickets": Shown._ticket,
    "users": Shown._user,
    "organizations": Shown._organization,
    "groups": Shown._group,
    "ticket_events": Shown._event,
    "ticket_audits": Shown._audit,
    "satisfaction_ratings": Shown._rating,
    "survey_responses": Shown._response,
}


def without_metrics(bodies: Iterable[Mapping[str, Any]]) -> list[Body]:
    """Tickets as they are when their metrics were not asked for."""
    return [{name: value for name, value in body.items() if name != "metric_set"} for body in bodies]

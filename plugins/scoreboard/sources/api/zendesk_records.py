"""What Zendesk's objects are to landing: key, version, and whether they still exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from scoreboard.sources.api.base import Record


def instant(value: Any) -> datetime | None:
    """An instant of Zendesk's, ISO text or seconds since 1970, in UTC; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromtimestamp(int(value), UTC)


def ticket(body: dict[str, Any]) -> Record:
    """A ticket by the stamp its export is sorted by; updated_at lags behind it, or does not move at all."""
    stamp = body.get("generated_timestamp")
    version = instant(stamp if stamp is not None else body.get("updated_at"))
    return Record(key(body), version, body, is_deleted=body.get("status") == "deleted")


def user(body: dict[str, Any]) -> Record:
    """A user; one who was deleted is inactive for good (a suspended one is not deleted)."""
    return Record(key(body), instant(body.get("updated_at")), body, is_deleted=body.get("active") is False)


def organization(body: dict[str, Any]) -> Record:
    """An organisation."""
    return Record(key(body), instant(body.get("updated_at")), body, is_deleted=body.get("deleted_at") is not None)


def group(body: dict[str, Any]) -> Record:
    """A group of agents."""
    return Record(key(body), instant(body.get("updated_at")), body, is_deleted=body.get("deleted") is True)


def event(body: dict[str, Any]) -> Record:
    """Something that happened to a ticket; it never changes."""
    return Record(key(body), instant(body["timestamp"]), body)


def audit(body: dict[str, Any]) -> Record:
    """One update of a ticket with everything that happened in it; it never changes."""
    return Record(key(body), instant(body["created_at"]), body)


def rating(body: dict[str, Any]) -> Record:
    """A legacy rating."""
    return Record(key(body), instant(body.get("updated_at") or body.get("created_at")), body)


def survey_response(body: dict[str, Any]) -> Record:
    """A response to a newer survey. It has no stamp of its own: its version is its answers' latest change."""
    return Record(key(body), latest(body.get("answers") or ()), body)


def latest(answers: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When the latest of some answers was given or changed."""
    stamps = [instant(answer.get("updated_at") or answer.get("created_at")) for answer in answers]
    return max((stamp for stamp in stamps if stamp), default=None)


def key(body: Mapping[str, Any]) -> str:
    """The record's id as text; raises LookupError where there is none."""
    if body.get("id") is None:
        raise LookupError("a record without id")
    return str(body["id"])

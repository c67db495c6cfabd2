"""Salesforce's refusals in words: what is passing, what an administrator has to change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.http import Refused

_PASSING = {
    "REQUEST_LIMIT_EXCEEDED": "the org has no API requests left (Setup: Company Information says how many it may make in "
    "24 hours, and other apps share them), or too many ran at once",
    "SERVER_UNAVAILABLE": "the org's server is busy",
}
_LASTING = {
    "API_DISABLED_FOR_ORG": "the org's edition has no API access, or the integration user lacks API Enabled",
    "API_CURRENTLY_DISABLED": "API access is switched off for the org",
    "INVALID_TYPE": "the org has no such object, or the integration user may not see it",
    "NOT_FOUND": "the org has no such object, or the integration user may not see it",
    "INSUFFICIENT_ACCESS": "the integration user may not read it",
}
_BULK_REFUSALS = {
    "API_ERROR", "FEATURENOTENABLED", "FEATURE_NOT_ENABLED", "INVALIDENTITY", "INVALID_ENTITY", "NOT_FOUND",
    "UNKNOWN_EXCEPTION", "INSUFFICIENT_ACCESS", "EXCEEDED_MAX_QUERY_JOBS", "LIMIT_EXCEEDED", "EXCEEDEDQUOTA",
}  # fmt: skip


@contextmanager
def explained() -> Iterator[None]:
    """Refusals inside say what they mean: SourceUnavailable for what passes, else what to change."""
    try:
        yield
    except Refused as refusal:
        if why := _PASSING.get(refusal.code):
            raise SourceUnavailable(
                f"{refusal} That is: {why}. A later run reads on from where this one came."
            ) from None
        if why := _LASTING.get(refusal.code):
            raise Refused(f"{refusal} That is: {why}.", refusal.status, refusal.code, refusal.body) from None
        raise


def is_bulk_refusal(refusal: SourceError) -> bool:
    """Whether a bulk job was refused, or is gone, in a way that reading by pages gets around."""
    return isinstance(refusal, Refused) and refusal.status != 401 and refusal.code.upper() in _BULK_REFUSALS

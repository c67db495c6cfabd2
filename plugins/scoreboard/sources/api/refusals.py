"""What is said when a vendor refuses, or does not answer: which stream and page, what is safe, what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from scoreboard.sources.api.base import SourceError, SourceUnavailable
from scoreboard.sources.api.replies import Forbidden, Refused, told
from scoreboard.sources.api.retrying import PassingTrouble

SAFE = "Nothing of this page was landed and the cursor stands"
_ABOUT_LANDING = re.compile(rf" {SAFE}[^.]*\.")


def refusal(label: str, permission: str, status: int, content: bytes, secrets: tuple[str, ...]) -> Refused:
    """The error for an answer of 300 to 499 that no waiting mends."""
    message, code, body = told(content)
    code = redacted(code, secrets)
    said = f"{status}{': ' + redacted(message, secrets) if message else ''}"
    if status < 400:
        return Refused(f"{label}: the service sent us elsewhere ({said}). {SAFE}.", status)
    if status == 401:
        text = (
            f"{label}: the credentials are not accepted ({said}). {SAFE}; correct the connection's credentials, "
            "`make check-connections` tries them."
        )
        return Refused(text, status, code, body)
    if status == 403:
        needs = f"It needs: {permission}. " if permission else ""
        text = (
            f"{label}: the connection is not permitted to read this ({said}). {needs}{SAFE}; "
            "`make check-connections` says what works and what is missing."
        )
        return Forbidden(text, status, code, body)
    return Refused(f"{label}: the service refused the request ({said}). {SAFE}.", status, code, body)


def gave_up(label: str, method: str, url: str, tries: int, trouble: PassingTrouble) -> SourceError:
    """The error after the last try: SourceUnavailable, or SourceError where it answered with what cannot be used."""
    parts = urlsplit(url)
    kind = SourceError if trouble.is_answer else SourceUnavailable
    return kind(
        f"{label}: {method} {parts.path} at {parts.hostname} failed {tries} times, last because {trouble}. "
        f"{SAFE}: the next run reads on from there."
    )


def too_long(label: str, status: int, asked: float, longest: float) -> SourceUnavailable:
    """The error where the vendor asks for a longer pause than a run waits."""
    return SourceUnavailable(
        f"{label}: the service answered {status} and asks to come back in {asked:.0f} s, longer than the {longest:.0f} s "
        f"a run waits. {SAFE}: a later run reads on from there."
    )


def whole_url(label: str, base_url: str, hosts: tuple[str, ...], path_or_url: str) -> str:
    """The URL to ask. Raises SourceError for a link to where the connection's secrets must not go."""
    if "://" not in path_or_url:
        return f"{base_url}/{path_or_url.lstrip('/')}"
    own, asked = urlsplit(base_url), urlsplit(path_or_url)
    host = (asked.hostname or "").lower()
    is_known = any(host.endswith(known) if known.startswith(".") else host == known for known in hosts)
    is_own = (asked.scheme, asked.netloc.lower()) == (own.scheme, own.netloc.lower())
    if is_own or (asked.scheme == "https" and is_known and asked.port in (None, 443) and "@" not in asked.netloc):
        return path_or_url
    raise SourceError(
        f"{label}: the answer leads to another host ({asked.scheme}://{host}), which the vendor does not document; "
        f"credentials are not sent there. {SAFE}."
    )


def as_finding(text: str) -> str:
    """An error's text as a check says it: what became of landing and the advice to check are left out."""
    return _ABOUT_LANDING.sub("", text)


def secrets_in(signature: Mapping[str, str], form: Mapping[str, str] | None, json: Any) -> tuple[str, ...]:
    """What of a request no error may repeat: its signature, what a form holds, and secrets of a JSON body."""
    body = json if isinstance(json, Mapping) else {}
    values = [
        *(value.split(" ")[-1] for value in signature.values()),
        *(value for name, value in (form or {}).items() if name != "grant_type"),
        *(str(value) for name, value in body.items() if "secret" in name or "token" in name or "password" in name),
    ]
    return tuple(value for value in values if len(value) > 7)


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """The text without the secrets."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text

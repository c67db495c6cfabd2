"""What comes back over HTTP: answers that are whole, answers that are broken, refusals, and how long to wait."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scoreboard.sources import exact_json
from scoreboard.sources.api.base import SourceError, SourceUnavailable

_ALLOWANCE, _SPANS = "x-ratelimit-app-global", ("day", "minute")
_LONGEST_MESSAGE = 200  # characters of a vendor's own words that are repeated


class BrokenAnswer(ValueError):
    """A successful answer that cannot be all of it: cut off, HTML, the wrong count. It is asked for again."""


class CredentialsRenewed(SourceUnavailable):
    """New credentials are in place, but what was begun with the old ones is gone: restart from the last key read."""


class Refused(SourceError):
    """The vendor understood and said no, for good. `status`, its own `code`, and the answer's `body` (None if not JSON)."""

    def __init__(self, text: str, status: int, code: str = "", body: Any = None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.body = body


class Forbidden(Refused):
    """403: the credentials are good but lack a permission."""


@dataclass(frozen=True)
class Reply:
    """One whole answer; `content` is unpacked. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    value: Any = None

    def json(self) -> Any:
        """The answer's value, numbers exact (see exact_json); None where the answer had no body."""
        return self.value


def unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body as it was before packing. Raises BrokenAnswer if it ends too early, which zlib by itself lets pass."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding != "gzip":
        raise BrokenAnswer(f"packed as {encoding!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            yield unpacker.decompress(chunk)
        yield unpacker.flush()
    except zlib.error as error:
        raise BrokenAnswer("its gzip packing is damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BrokenAnswer("its gzip packing is cut off" if not unpacker.eof else "bytes follow its gzip packing")


def refuse_kind(content_type: str, expect: str) -> None:
    """Raise BrokenAnswer unless the content type contains `expect`; HTML is an error page unless it is expected."""
    kind = content_type.split(";")[0].strip().lower()
    if kind and (expect not in kind or (kind == "text/html" and expect != "html")):
        raise BrokenAnswer(f"its content type is {kind}" + (f" and not {expect}" if expect else ""))


def value_of(status: int, content: bytes) -> Any:
    """The JSON value of a successful answer; None where 202 or 204 has no body. Raises BrokenAnswer or NotExact."""
    if not content and status in (202, 204):
        return None
    try:
        return exact_json.loads(content)
    except exact_json.NotExact:
        raise
    except (ValueError, RecursionError) as error:
        raise BrokenAnswer(f"it is not whole JSON ({len(content)} bytes)") from error


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """The vendor's clock, from the Date header."""
    return _http_date(headers.get("date", ""))


def pause_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by the Retry-After header (a number or an HTTP date); None where it is missing or makes no sense.

    SurveyMonkey sends none, but says which allowance is used up and when it comes back.
    """
    text = headers.get("retry-after", "").strip()
    for span in _SPANS if not text else ():
        if headers.get(f"{_ALLOWANCE}-{span}-remaining") == "0":
            text = headers.get(f"{_ALLOWANCE}-{span}-reset", "").strip()
            break
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        return float(text)
    until = _http_date(text)
    return max(0.0, (until - now).total_seconds()) if until else None


def told(content: bytes) -> tuple[str, str, Any]:
    """What a refusal says: message, the vendor's code, and the whole body; empty where it is not JSON."""
    try:
        body = exact_json.loads(content)
    except (ValueError, RecursionError):
        return "", "", None
    messages = [" ".join(text.split())[:_LONGEST_MESSAGE] for text in _found(body, _MESSAGES)]
    codes = [text[:_LONGEST_MESSAGE] for text in _found(body, _CODES)]
    return (messages[0] if messages else ""), (codes[0] if codes else ""), body


_MESSAGES = ("message", "errorMessage", "error_description", "description", "detail", "title", "details", "error")
_CODES = ("errorCode", "error_code", "category", "code", "id", "name", "error")


def _found(body: Any, names: tuple[str, ...], depth: int = 0) -> list[str]:
    """Texts under the given names, by the order of names, the outermost first; errors may lie in lists and objects."""
    if depth > 3:
        return []
    if isinstance(body, list):
        return [text for each in body[:3] for text in _found(each, names, depth + 1)]
    if not isinstance(body, dict):
        return []
    here = [body[name] for name in names if isinstance(body.get(name), str) and body[name]]
    below = [body.get(name) for name in ("error", "errors", "meta")]
    return here + [text for each in below if each is not None for text in _found(each, names, depth + 1)]


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

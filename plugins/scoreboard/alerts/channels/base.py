"""What every channel promises: it tries once, and says of a failure whether the message may have been taken.

`send` returns when the other side took the message, raises `NotSetUp` or `Refused` when it surely did not, and anything else
when nobody can know. Reasons are our own words: what a library says may hold an address with a secret in it.
"""

from __future__ import annotations

import logging
import re
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from errno import ECONNREFUSED, EHOSTUNREACH, ENETUNREACH
from socket import gaierror
from typing import Any, Protocol

from scoreboard.alerts.digest import Digest
from scoreboard.errors import ScoreboardError
from scoreboard.settings import utc_now

# libraries write addresses, which may be secrets, into their logs; what matters is said by our own errors
QUIET = logging.getLogger(f"{__name__}.library")
QUIET.setLevel(logging.CRITICAL + 1)

_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", re.IGNORECASE)
SECONDS = 20  # for each answer of the other side; all of them together: TIME_LIMIT
LONGEST_WAIT = timedelta(days=1)
# of ssl.SSLError: two that never came to an understanding, so that not a byte of the message left
_NO_UNDERSTANDING = {
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "HTTP_REQUEST",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "TLSV1_UNRECOGNIZED_NAME",
    "RECORD_LAYER_FAILURE",
}
_NOBODY_THERE = {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH}


class NotSetUp(ScoreboardError):
    """There is no usable Airflow Connection for it; nothing was sent."""


class Refused(ScoreboardError):
    """The other side did not take the message.

    `is_final`: it never will; `is_dead`: it does not answer at all; `wait`: it asked to be left alone for so long.
    """

    def __init__(
        self, reason: str, is_final: bool = False, is_dead: bool = False, wait: timedelta = timedelta()
    ) -> None:
        super().__init__(reason)
        self.is_final = is_final
        self.is_dead = is_dead
        self.wait = wait


class Unsure(ScoreboardError):
    """It may have been taken."""


class Channel(Protocol):
    """One named channel, for one run."""

    def send(self, digest: Digest, address: str) -> None:
        """Send one digest, once; `address` for e-mail."""


def require_connection(connection_id: str, kind: str) -> Any:
    """The Airflow Connection, its password masked in Airflow's logs; raises NotSetUp saying how to add it."""
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.log import mask_secret

    try:
        connection = BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        raise NotSetUp(
            f"there is no Airflow Connection {connection_id!r} for {kind}; add it (docs/alerts.md) and the message goes out by itself"
        ) from None
    except Exception as error:
        raise NotSetUp(
            f"the Airflow Connection {connection_id!r} for {kind} cannot be read ({words_of(error)}); mend it and the message"
            " goes out by itself"
        ) from None
    if connection.password:
        mask_secret(connection.password)
    return connection


def require_https(url: str, connection_id: str) -> None:
    """Raises NotSetUp for plain http to another machine: names and secrets would travel readable."""
    if not url.lower().startswith("https://") and not _LOOPBACK.match(url):
        raise NotSetUp(f"the connection {connection_id!r} would send over plain http; give it https://")


def judge_status(status: int, whose: str, retry_after: str | None = None) -> None:
    """By an HTTP status: taken, surely not taken (Refused), or nobody knows (Unsure)."""
    if 200 <= status < 300:
        return
    said = f"{whose} answered with status {status}"
    if status in (429, 503):
        raise Refused(f"{said}: not now", is_dead=True, wait=time_to_wait(retry_after, utc_now()))
    if 300 <= status < 500 and status != 408:
        raise Refused(said, is_final=status in (400, 410, 413, 422))
    raise Unsure(f"{said}, which does not say whether the message was taken")


def time_to_wait(retry_after: str | None, now: datetime) -> timedelta:
    """What the header Retry-After asks for, in seconds or as an instant: none where it says nothing sensible, at most a day."""
    said = (retry_after or "").strip()
    if said.isdecimal():
        return timedelta(seconds=min(int(said), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta()
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def never_began(error: BaseException | None) -> bool:
    """Whether a connection was not even made: unknown name, nobody there, no understanding about TLS."""
    if isinstance(error, ssl.SSLError):
        return isinstance(error, ssl.SSLCertVerificationError) or error.reason in _NO_UNDERSTANDING
    return isinstance(error, gaierror) or (isinstance(error, OSError) and error.errno in _NOBODY_THERE)


def words_of(error: BaseException) -> str:
    """The kind of an error without its text, which may hold the address it was about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not one that this machine trusts"
    number = getattr(error, "errno", None)
    return type(error).__name__ + (f" {number}" if isinstance(number, int) else "")

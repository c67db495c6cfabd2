"""Any receiver of JSON, through Airflow's HTTP provider: one POST, tried once, signed where the connection has a secret.

Headers: `Idempotency-Key` (the same over every try of one message) and, where the connection has a password and no login,
`X-Scoreboard-Signature: t=<unix time>,v1=<HMAC-SHA256 of "<time>.<body>" in hex>` with the password as its key.
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

from airflow.providers.http.hooks.http import HttpHook
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, InvalidURL, MissingSchema, SSLError
from urllib3.exceptions import NewConnectionError

from scoreboard.alerts.channels.base import (
    QUIET,
    SECONDS,
    NotSetUp,
    Refused,
    Unsure,
    judge_status,
    never_began,
    require_connection,
    require_https,
    words_of,
)
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.wording import document
from scoreboard.settings import utc_now


class WebhookChannel:
    """Posts digests as JSON."""

    def __init__(self, connection_id: str, endpoint: str) -> None:
        self._connection_id = connection_id
        self._endpoint = endpoint

    def send(self, digest: Digest, address: str) -> None:
        """Raises NotSetUp, Refused, or Unsure where the answer did not come."""
        connection = require_connection(self._connection_id, "a webhook")
        body = json.dumps(document(digest), ensure_ascii=False).encode()
        hook = _Quiet(method="POST", http_conn_id=self._connection_id)
        try:
            hook.get_conn()
        except Exception as error:
            raise NotSetUp(f"the connection {self._connection_id!r} cannot be used ({words_of(error)})") from None
        require_https(hook.base_url, self._connection_id)
        try:
            answer = hook.run(
                endpoint=self._endpoint,
                data=body,
                headers=_headers(digest, body, connection),
                # a redirect would be a second request, to an address nobody has set up
                # and of the answer only its status is read: its text may have no end
                extra_options={
                    "check_response": False,
                    "allow_redirects": False,
                    "timeout": SECONDS,
                    "stream": True,
                },
            )
        except (ConnectTimeout, InvalidURL, MissingSchema):
            raise Refused("the webhook cannot be reached", is_dead=True) from None
        except NoConnection as error:
            if _never_began(error):
                raise Refused(f"the webhook cannot be reached ({words_of(error)})", is_dead=True) from None
            raise Unsure(f"the connection to the webhook broke ({words_of(error)})") from None
        except Exception as error:
            raise Unsure(f"the connection to the webhook broke ({words_of(error)})") from None
        answer.close()
        judge_status(answer.status_code, "the webhook", answer.headers.get("retry-after"))


class _Quiet(HttpHook):  # type: ignore[misc]
    """The provider's hook without its log lines: they hold the address, whose path may be all that protects it."""

    log = QUIET


def _headers(digest: Digest, body: bytes, connection: Any) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": digest.message_id}
    if connection.password and not connection.login:
        time = str(int(utc_now().timestamp()))
        signature = hmac.new(connection.password.encode(), f"{time}.".encode() + body, sha256).hexdigest()
        headers["X-Scoreboard-Signature"] = f"t={time},v1={signature}"
    return headers


def _never_began(error: NoConnection) -> bool:
    """Whether not a byte was sent: the connection itself was not made."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, SSLError):
        # urllib3 wraps what the socket said once more
        return never_began(reason.args[0] if reason is not None and reason.args else None)
    return isinstance(reason, NewConnectionError)

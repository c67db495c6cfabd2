"""Slack through Airflow's provider: one post to an incoming webhook, tried once."""

from __future__ import annotations

import logging
from socket import gaierror
from ssl import SSLCertVerificationError
from urllib.error import URLError

from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook

from scoreboard.alerts.channels.base import (
    SECONDS,
    NotSetUp,
    Refused,
    Unsure,
    judge_status,
    require_connection,
    require_https,
    words_of,
)
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.wording import slack

# the library writes the webhook's address, which is a secret, among its debug lines
_QUIET = logging.getLogger(f"{__name__}.library")
_QUIET.setLevel(logging.WARNING)


class SlackChannel:
    """Posts digests to the room of an incoming webhook."""

    def __init__(self, connection_id: str) -> None:
        self._connection_id = connection_id

    def send(self, digest: Digest, address: str) -> None:
        """Raises NotSetUp, Refused, or Unsure where the answer did not come."""
        connection = require_connection(self._connection_id, "Slack")
        if not (connection.password or "").strip():
            raise NotSetUp(
                f"the connection {self._connection_id!r} has no password: it takes the webhook's token or address"
            )
        # no handlers: the library would post again after a reset, when the first post may have been taken
        hook = SlackWebhookHook(
            slack_webhook_conn_id=self._connection_id, timeout=SECONDS, retry_handlers=[], logger=_QUIET
        )
        require_https(hook.client.url, self._connection_id)
        try:
            answer = hook.client.send_dict(slack(digest))
        except URLError as error:
            # the name is unknown, nobody listens, or it is not who it says: not a byte of the message left
            if isinstance(error.reason, ConnectionRefusedError | gaierror | SSLCertVerificationError):
                raise Refused("Slack cannot be reached", is_dead=True) from None
            raise Unsure(f"the connection to Slack broke ({words_of(error)})") from None
        except Exception as error:
            raise Unsure(f"the connection to Slack broke ({words_of(error)})") from None
        judge_status(answer.status_code, "Slack")

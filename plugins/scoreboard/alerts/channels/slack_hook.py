"""Slack through Airflow's provider: one post to an incoming webhook, tried once."""

from __future__ import annotations

from http.client import InvalidURL
from urllib.error import URLError

from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook

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
from scoreboard.alerts.wording import slack


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
            slack_webhook_conn_id=self._connection_id, timeout=SECONDS, retry_handlers=[], logger=QUIET
        )
        try:
            client = hook.client
        except Exception as error:
            raise NotSetUp(f"the connection {self._connection_id!r} cannot be used ({words_of(error)})") from None
        require_https(client.url, self._connection_id)
        try:
            answer = client.send_dict(slack(digest))
        except (InvalidURL, ValueError) as error:
            raise NotSetUp(
                f"the connection {self._connection_id!r} holds no usable address ({words_of(error)})"
            ) from None
        except URLError as error:
            # a time limit is wrapped like this only where it ended before the whole message had left
            if isinstance(error.reason, TimeoutError) or never_began(error.reason):  # type: ignore[arg-type]
                raise Refused(f"Slack cannot be reached ({words_of(error)})", is_dead=True) from None
            raise Unsure(f"the connection to Slack broke ({words_of(error)})") from None
        except Exception as error:
            raise Unsure(f"the connection to Slack broke ({words_of(error)})") from None
        headers = {name.lower(): text for name, text in answer.headers.items()}
        judge_status(answer.status_code, "Slack", headers.get("retry-after"))
        # the library follows redirects, without the message: a page to sign in on answers 200 as well
        if (answer.body or "").strip() != "ok":
            raise Unsure("what answered for Slack did not say ok, as Slack does")

"""From the configuration to a channel; the only place that knows which kind is which. Imports Airflow's providers."""

from __future__ import annotations

from contextvars import copy_context
from datetime import timedelta
from threading import Thread

from scoreboard.alerts.channels.base import Channel, Unsure
from scoreboard.alerts.config import ChannelConfig
from scoreboard.alerts.digest import Digest

# for one message, all answers of the other side together; below the lease of a claim
TIME_LIMIT = timedelta(minutes=2)


class InTime:
    """A channel that is given up where it does not end: the limits of the libraries begin anew with every byte."""

    def __init__(self, channel: Channel, limit: timedelta = TIME_LIMIT) -> None:
        self._channel, self._limit = channel, limit

    def send(self, digest: Digest, address: str) -> None:
        """As the channel does, or Unsure when the time is over; what it does after that changes nothing."""
        ended: list[Exception | None] = []

        def work() -> None:
            try:
                self._channel.send(digest, address)
            except Exception as error:
                ended.append(error)
            else:
                ended.append(None)

        worker = Thread(target=copy_context().run, args=(work,), name=f"message {digest.message_id}", daemon=True)
        worker.start()
        worker.join(self._limit.total_seconds())
        if not ended:
            raise Unsure(f"it did not come to an end within {self._limit.total_seconds() / 60:g} minutes")
        if ended[0]:
            raise ended[0]


def make_channel(config: ChannelConfig) -> Channel:
    """The channel of one entry in channels.yaml; a provider is imported when it is needed."""
    return InTime(_made(config))


def _made(config: ChannelConfig) -> Channel:
    if config.kind == "email":
        from scoreboard.alerts.channels.email_hook import EmailChannel

        return EmailChannel(config.connection)
    if config.kind == "slack":
        from scoreboard.alerts.channels.slack_hook import SlackChannel

        return SlackChannel(config.connection)
    from scoreboard.alerts.channels.webhook_hook import WebhookChannel

    return WebhookChannel(config.connection, config.endpoint)

"""From the configuration to a channel; the only place that knows which kind is which. Imports Airflow's providers."""

from __future__ import annotations

from scoreboard.alerts.channels.base import Channel
from scoreboard.alerts.config import ChannelConfig


def make_channel(config: ChannelConfig) -> Channel:
    """The channel of one entry in channels.yaml; a provider is imported when it is needed."""
    if config.kind == "email":
        from scoreboard.alerts.channels.email_hook import EmailChannel

        return EmailChannel(config.connection)
    if config.kind == "slack":
        from scoreboard.alerts.channels.slack_hook import SlackChannel

        return SlackChannel(config.connection)
    from scoreboard.alerts.channels.webhook_hook import WebhookChannel

    return WebhookChannel(config.connection, config.endpoint)

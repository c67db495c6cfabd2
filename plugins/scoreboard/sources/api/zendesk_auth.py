"""Signing requests to Zendesk: an administrator's API token, or an OAuth access token."""

from __future__ import annotations

import base64

from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Auth, Http


class Signed:
    """One header that never changes."""

    def __init__(self, header: str) -> None:
        self._header = header

    def headers(self) -> dict[str, str]:
        """The header that signs a request."""
        return {"authorization": self._header}

    def refresh(self) -> bool:
        """There are no other credentials."""
        return False


def auth(credentials: Credentials, client: Http) -> Auth:
    """How a connection signs: with `oauth_token` of its extra, else with login and API token; `client` has nothing to ask."""
    token = credentials.value("extra.oauth_token")
    if token:
        return Signed(f"Bearer {token}")
    name = credentials.login.removesuffix("/token")
    pair = base64.b64encode(f"{name}/token:{credentials.password}".encode()).decode()
    return Signed(f"Basic {pair}")

"""Signing requests to Zendesk: an OAuth client, an OAuth access token, or an administrator's API token.

Zendesk switches API tokens off on 30 April 2027 and makes no new ones
(developer.zendesk.com/documentation/api-basics/authentication/oauth-migration).
"""

from __future__ import annotations

import base64

from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Auth, Http
from scoreboard.sources.api.oauth import ClientCredentials
from scoreboard.sources.api.signing import FixedHeader, bearer

TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path


def auth(credentials: Credentials, client: Http) -> Auth:
    """How a connection signs: as the OAuth client of its extra, with the access token there, else with login and API token."""
    client_id, client_secret = credentials.value("extra.client_id"), credentials.value("extra.client_secret")
    if client_id and client_secret:
        return ClientCredentials(client, TOKEN_PATH, client_id, client_secret, "read")
    token = credentials.value("extra.oauth_token")
    if token:
        return bearer(token)
    name = credentials.login.removesuffix("/token")
    pair = base64.b64encode(f"{name}/token:{credentials.password}".encode()).decode()
    return FixedHeader("authorization", f"Basic {pair}")

"""Who is let in at a stand-in Zendesk: an OAuth client, whose tokens expire, and whoever has the API token."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

from demo.vendors.core import Clock, Request, Response

CLIENT_ID, CLIENT_SECRET = "scoreboard", "zendesk-client-secret"
_GRANTED = "granted-"


class SignIn:
    """The token endpoint and the check at the door. `api_token`: the only one that is taken; empty: any signature is."""

    def __init__(self, clock: Clock, lives: timedelta, api_token: str = "") -> None:
        self._clock = clock
        self._lives = lives
        self._api_token = api_token
        self._until: dict[str, datetime] = {}

    def grant(self, request: Request) -> Response:
        """A token for the OAuth client; JSON with 201, as every created thing."""
        asked = request.json()
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            words = "Client authentication failed due to unknown client"
            return Response.of({"error": "invalid_client", "error_description": words}, 401)
        token = f"{_GRANTED}{len(self._until) + 1}"
        self._until[token] = self._clock.now() + self._lives
        lives = int(self._lives.total_seconds())
        return Response.of({"access_token": token, "token_type": "bearer", "scope": "read", "expires_in": lives}, 201)

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request is signed by somebody, and its token has not expired."""
        signature = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
        kind, _, token = signature.partition(" ")
        if kind.lower() == "bearer" and token.startswith(_GRANTED):
            return token in self._until and self._clock.now() < self._until[token]
        if self._api_token:
            return kind.lower() == "basic" and base64.b64decode(token).decode().endswith(f"/token:{self._api_token}")
        return bool(token)

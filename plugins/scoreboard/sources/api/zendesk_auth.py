"""Signing requests to Zendesk: an agent's API token, an OAuth token, or an OAuth client that gets its own tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Protocol

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.http import Auth, Http, Refused

TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path


class _Credentials(Protocol):
    @property
    def connection(self) -> str: ...
    @property
    def login(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def extra(self) -> Mapping[str, Any]: ...


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


class ClientCredentials:
    """An OAuth client's token, asked for at the first request and again when it has expired."""

    def __init__(self, http: Http, client_id: str, client_secret: str) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._token = ""

    def headers(self) -> dict[str, str]:
        """The header that signs a request. Raises SourceError where the client is refused."""
        if not self._token:
            self.refresh()
        return {"authorization": f"Bearer {self._token}"}

    def refresh(self) -> bool:
        """A new token. Raises SourceError where the client is refused."""
        form = {"client_id": self._client_id, "client_secret": self._client_secret}
        with self._http.reading("sign-in"):
            try:
                answer = self._http.post(
                    TOKEN_PATH, form={"grant_type": "client_credentials", "scope": "read", **form}
                ).json()
            except Refused as refusal:
                raise SourceError(
                    f"{self._http.name}: Zendesk does not sign the OAuth client in ({refusal.code or refusal.status}). Copy "
                    "client_id and client_secret again from Admin Center, Apps and integrations, OAuth clients. Nothing was "
                    "read."
                ) from None
            self._token = str(answer["access_token"])
        return True


def auth(credentials: _Credentials, client: Http) -> Auth:
    """How a connection signs: login and API token; or client_id and client_secret in extra; or a token as password alone."""
    extra = credentials.extra
    if extra.get("client_id") and extra.get("client_secret"):
        return ClientCredentials(client, str(extra["client_id"]), str(extra["client_secret"]))
    if not credentials.password:
        raise SourceError(
            f"{credentials.connection}: the connection has no password. Put an API token there with the agent's e-mail as "
            "login, or an OAuth access token without a login. Nothing was read."
        )
    if credentials.login:
        name = credentials.login.removesuffix("/token")
        pair = base64.b64encode(f"{name}/token:{credentials.password}".encode()).decode()
        return Signed(f"Basic {pair}")
    return Signed(f"Bearer {credentials.password}")

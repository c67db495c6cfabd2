"""OAuth 2.0 client credentials: a token asked for at the first request, and again when it has expired."""

from __future__ import annotations

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.http import Http, Refused


class ClientCredentials:
    """Signs with a token of the vendor's token endpoint. `client` asks without a signature; the body is JSON."""

    def __init__(self, client: Http, path: str, client_id: str, client_secret: str, scope: str) -> None:
        self._client = client
        self._path = path
        self._body = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
        }
        self._token = ""

    def headers(self) -> dict[str, str]:
        """The header that signs a request. Raises SourceError where the client is refused."""
        if not self._token:
            self.refresh()
        return {"authorization": f"Bearer {self._token}"}

    def refresh(self) -> bool:
        """A new token. Raises SourceError where the client is refused."""
        with self._client.reading("sign-in"):
            try:
                self._token = str(self._client.post(self._path, json=self._body).json()["access_token"])
            except Refused as refusal:
                raise SourceError(
                    f"{self._client.name}: the OAuth client is not accepted ({refusal.code or refusal.status}); copy its identifier "
                    "and secret again into the connection, and see that it is a confidential client whose owner is an "
                    "administrator. Nothing was read."
                ) from None
        return True

"""Signing requests to Salesforce: OAuth 2.0 client credentials at the org's own My Domain host."""

from __future__ import annotations

from urllib.parse import urlsplit

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Http, Refused

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
_MENDS = {
    "invalid_client_id": "the consumer key is unknown in this org; copy it again into the connection's login",
    "invalid_client": "the consumer secret is not accepted; copy it again into the connection's password",
    "invalid_client_credentials": "the consumer secret is not accepted; copy it again into the connection's password",
    "invalid_grant": "the app does not allow the client credentials flow, or has no user to run as; a Salesforce "
    "administrator sets both in the app's policies",
    "unsupported_grant_type": "the client credentials flow works on the org's My Domain host only; put that into the "
    "connection's host (not login.salesforce.com)",
    "inactive_user": "the user that the app runs as is inactive; a Salesforce administrator activates it",
    "inactive_org": "the org is inactive",
}


class ClientCredentials:
    """A session of the app's integration user, asked for at the first request and again when it has expired.

    `api_version`: the REST API's version that the connection asks for, empty for ours.
    """

    def __init__(self, http: Http, client_id: str, client_secret: str, api_version: str = "") -> None:
        self.api_version = api_version
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._token = ""

    def headers(self) -> dict[str, str]:
        """The header that signs a request. Raises SourceError where the app is refused."""
        if not self._token:
            self.refresh()
        return {"authorization": f"Bearer {self._token}"}

    def refresh(self) -> bool:
        """A new session. Raises SourceError where the app is refused, saying who mends what."""
        with self._http.reading("sign-in"):
            try:
                answer = self._http.post(
                    TOKEN_PATH,
                    form={
                        "grant_type": "client_credentials",
                        "client_id": self._client_id,
                        "client_secret": self._client_secret,
                    },
                ).json()
            except Refused as refusal:
                raise SourceError(
                    f"{self._http.name}: Salesforce does not sign in the app of this connection ({refusal.code or refusal.status}): "
                    f"{_MENDS.get(refusal.code, 'see its login history for the reason')}. Nothing was read."
                ) from None
            token, instance = str(answer["access_token"]), str(answer.get("instance_url") or self._http.base_url)
        if urlsplit(instance).netloc.lower() != urlsplit(self._http.base_url).netloc.lower():
            raise SourceError(
                f"{self._http.name}: this org is read at {urlsplit(instance).netloc}; put that into the connection's host."
            )
        self._token = token
        return True


def auth(credentials: Credentials, client: Http) -> ClientCredentials:
    """The connection's app: its login is the consumer key, its password the consumer secret."""
    return ClientCredentials(
        client, credentials.login, credentials.password, str(credentials.extra.get("api_version") or "")
    )

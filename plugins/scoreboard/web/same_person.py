"""That a change was sent by a form of this page, which this person opened in this session, for this alert."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.tokens import get_signing_key
from airflow.configuration import conf
from fastapi import Request
from itsdangerous import BadData, URLSafeTimedSerializer

from scoreboard.web.access import Person

FORM_HOURS = 12
_SALT = "scoreboard.alert"


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that a page of this very server sent the request; a request that says nothing is not believed.

    Sec-Fetch-Site compares the addresses as the browser sees them, so a proxy in between does not matter; browsers that do
    not send it send Origin or Referer, which must name this host or the one of Airflow's `[api] base_url`.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    told = request.headers.get("origin") or request.headers.get("referer")
    return told is not None and _host(told) in _own_hosts(request)


@dataclass(frozen=True)
class FormSeal:
    """Seals what a form was made for, with Airflow's own signing key: nobody else can make one, for no other alert or session."""

    request: Request
    person: Person
    alert_id: str

    def close(self, revision: str) -> str:
        """The text that the form carries; `revision` is how the alert stood when the form was made."""
        return str(_serializer().dumps([*self._bound_to(), revision]))

    def open(self, text: str) -> str | None:
        """The revision in a form's seal; None where it was made for another person, session or alert, is too old, or is no seal."""
        try:
            told = _serializer().loads(text, max_age=FORM_HOURS * 3600)
        except BadData:
            return None
        *bound_to, revision = told
        return str(revision) if bound_to == self._bound_to() else None

    def _bound_to(self) -> list[str]:
        session = self.request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
        return [self.person.user_id, hashlib.sha256(session.encode()).hexdigest(), self.alert_id]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_signing_key("api", "secret_key"), salt=_SALT)


def _own_hosts(request: Request) -> set[str]:
    hosts = {request.headers.get("host", "").lower(), _host(conf.get("api", "base_url", fallback="") or "")}
    return hosts - {""}


def _host(address: str) -> str:
    """Host and port of an address as a browser spells them; empty where it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    return f"{host}:{port}" if host and port is not None and port != standard else host

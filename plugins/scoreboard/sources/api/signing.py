"""Signing requests with what a connection holds as it is: one header, for services whose tokens do not age."""

from __future__ import annotations


class FixedHeader:
    """Signs every request with one header. There are no other credentials: a refused token was revoked, or is wrong."""

    def __init__(self, name: str, value: str) -> None:
        self._signed = {name: value}

    def headers(self) -> dict[str, str]:
        """The header that signs a request."""
        return dict(self._signed)

    def refresh(self) -> bool:
        """Nothing new is to be had."""
        return False


def bearer(token: str) -> FixedHeader:
    """Signs with an access token."""
    return FixedHeader("authorization", f"Bearer {token}")

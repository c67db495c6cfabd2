"""Signing with what a connection holds as it is: one header per vendor, tried once and never shown."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.http import Auth, Http
from scoreboard.sources.api.signing import FixedHeader, bearer
from tests.sources.api.script import Scripted, answer

SIGNED = "s3cret-token"


@pytest.mark.parametrize(
    ("vendor", "header"),
    [
        ("hubspot", {"authorization": f"Bearer {SIGNED}"}),
        ("surveymonkey", {"authorization": f"Bearer {SIGNED}"}),
        ("qualtrics", {"X-API-TOKEN": SIGNED}),
    ],
)
def test_a_vendor_is_asked_in_the_header_it_documents(vendor: str, header: dict[str, str]) -> None:
    auth: Callable[[Credentials, Http], Auth] = import_module(f"scoreboard.sources.api.{vendor}").auth
    signing = auth(Credentials("main", password=SIGNED), Scripted(answer({})).http)
    assert signing.headers() == header


def test_what_a_request_adds_does_not_stay_in_the_next_one_s_header() -> None:
    signing = bearer(SIGNED)
    signing.headers()["accept"] = "text/csv"
    assert signing.headers() == {"authorization": f"Bearer {SIGNED}"}


def test_a_refused_token_is_not_tried_again_and_not_repeated() -> None:
    scripted = Scripted(answer({"message": f"no {SIGNED}"}, 401), auth=FixedHeader("X-API-TOKEN", SIGNED))
    with pytest.raises(SourceError, match="credentials are not accepted") as refusal:
        scripted.http.get("/a")
    assert len(scripted.service.asked) == 1
    assert scripted.service.asked[0].headers["x-api-token"] == SIGNED
    assert SIGNED not in str(refusal.value)

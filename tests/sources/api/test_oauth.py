"""A token of the vendor's own endpoint: asked for once, again when it has expired, and never shown."""

from __future__ import annotations

import json

import pytest

from scoreboard.sources.api.base import SourceError
from scoreboard.sources.api.connections import Credentials
from scoreboard.sources.api.oauth import ClientCredentials
from scoreboard.sources.api.zendesk_auth import auth
from tests.sources.api.script import Scripted, answer

ASKED = {
    "grant_type": "client_credentials",
    "client_id": "scoreboard",
    "client_secret": "s3cret-word",
    "scope": "read",
}


def test_a_token_is_asked_for_once_and_again_when_it_has_expired() -> None:
    sign_in = Scripted(answer({"access_token": "first"}), answer({"access_token": "second"}))
    signing = ClientCredentials(sign_in.http, "/oauth/tokens", "scoreboard", "s3cret-word", "read")
    reading = Scripted(answer({"n": 1}), answer(b"", 401), answer({"n": 2}), auth=signing)

    assert [reading.http.get("/a").json(), reading.http.get("/b").json()] == [{"n": 1}, {"n": 2}]
    assert [request.headers["authorization"] for request in reading.service.asked] == [
        "Bearer first",
        "Bearer first",
        "Bearer second",
    ]
    assert [json.loads(request.read()) for request in sign_in.service.asked] == [ASKED, ASKED]


def test_a_client_that_is_refused_is_named_without_its_secret() -> None:
    sign_in = Scripted(answer({"error": "invalid_client", "error_description": "no s3cret-word here"}, 401))
    signing = ClientCredentials(sign_in.http, "/oauth/tokens", "scoreboard", "s3cret-word", "read")
    reading = Scripted(answer({}), auth=signing)
    with pytest.raises(SourceError, match=r"acme@main: the OAuth client is not accepted \(invalid_client\)") as refusal:
        reading.http.get("/a")
    assert "s3cret" not in str(refusal.value)
    assert reading.service.asked == []


def test_a_refusal_in_a_vendor_s_own_words_does_not_tell_the_secret() -> None:
    sign_in = Scripted(answer({"error": "no s3cret-word here"}, 401))
    signing = ClientCredentials(sign_in.http, "/oauth/tokens", "scoreboard", "s3cret-word", "read")
    with pytest.raises(SourceError) as refusal:
        signing.headers()
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("status", [400, 422])
def test_no_refusal_repeats_the_secret_of_a_json_body(status: int) -> None:
    sign_in = Scripted(answer({"message": "no s3cret-word here"}, status))
    with pytest.raises(SourceError) as refusal:
        sign_in.http.post("/oauth/tokens", json=ASKED)
    assert "no *** here" in str(refusal.value)


def test_a_zendesk_connection_signs_as_an_oauth_client_with_a_token_or_with_an_api_token() -> None:
    sign_in = Scripted(answer({"access_token": "granted"}))
    client = {"client_id": "scoreboard", "client_secret": "s3cret-word"}
    assert auth(Credentials("z", extra=client), sign_in.http).headers() == {"authorization": "Bearer granted"}
    assert json.loads(sign_in.service.asked[0].read()) == ASKED
    kept = auth(Credentials("z", extra={"oauth_token": "kept"}), sign_in.http)
    assert kept.headers() == {"authorization": "Bearer kept"}
    basic = auth(Credentials("z", login="a@b.c", password="tok"), sign_in.http)  # noqa: S106
    assert basic.headers() == {"authorization": "Basic YUBiLmMvdG9rZW46dG9r"}
    assert not basic.refresh()

"""Stand-ins over HTTP answer as they do without a socket, and break off where a fault wants it."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from demo.vendors.core import Clock, Request, Response, World
from demo.vendors.demo import trouble
from demo.vendors.faults import FIRST, Script, reset
from demo.vendors.server import serving
from scoreboard.sources.api.http import Http

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Echo:
    """A vendor that tells what it was asked."""

    name = "echo"

    def __init__(self) -> None:
        self.world = World(Clock(NOON))

    def handle(self, request: Request) -> Response:
        told = {"method": request.method, "url": request.url, "asked": request.body.decode(), "at": request.base}
        return Response.of(
            {**told, "token": request.headers.get("authorization")}, 200 if request.path != "/no" else 404
        )


def test_requests_arrive_whole_and_answers_wear_the_vendors_clock() -> None:
    with serving(Echo()) as address:
        answer = httpx.post(f"{address}/a?b=%20c", content=b'{"d": 1}', headers={"Authorization": "Bearer e"})

    assert answer.json() == {
        "method": "POST",
        "url": f"{address}/a?b=%20c",
        "asked": '{"d": 1}',
        "at": address,
        "token": "Bearer e",
    }
    assert answer.headers["date"] == "Mon, 05 Jan 2026 12:00:00 GMT"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_method_that_a_source_uses_arrives(method: str) -> None:
    with serving(Echo()) as address:
        assert httpx.request(method, address).json()["method"] == method


def test_a_refusal_is_passed_on() -> None:
    with serving(Echo()) as address:
        assert httpx.get(f"{address}/no").status_code == 404


def test_a_reset_reaches_the_client_as_one() -> None:
    with serving(Echo(), Script(reset(FIRST))) as address:
        with pytest.raises(httpx.TransportError):
            httpx.get(address)
        assert httpx.get(address).status_code == 200


def test_it_is_gone_after_the_block() -> None:
    with serving(Echo()) as address:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


@pytest.mark.parametrize(("place", "fault"), [(0, "429 retry-after 1"), (1, "500"), (2, "reset")])
def test_the_demos_trouble_is_waited_out(place: int, fault: str) -> None:
    script = trouble(place)
    waits: list[float] = []
    with serving(Echo(), script) as address:
        http = Http(address, wait=waits.append)
        answers = [http.get("/rows").json()["method"] for _ in range(12)]
        http.close()

    assert answers == ["GET"] * 12
    assert script.injected == {fault: 1}
    assert len(waits) == 1

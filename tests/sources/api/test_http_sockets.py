"""The client over real sockets: what a cut, a reset and a silence look like there."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scoreboard.sources.api.base import SourceUnavailable
from scoreboard.sources.api.http import Http, Limits

BODY = json.dumps({"tickets": [{"id": 1}]}).encode()
PACKED = gzip.compress(BODY)


def head(length: int, packing: str = "") -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        "content-type: application/json",
        f"content-length: {length}",
        "connection: close",
        packing,
    ]
    return "\r\n".join(line for line in lines if line).encode() + b"\r\n\r\n"


def whole(connection: socket.socket) -> None:
    connection.sendall(head(len(PACKED), "content-encoding: gzip") + PACKED)


def cut(connection: socket.socket) -> None:
    connection.sendall(head(len(BODY)) + BODY[:-5])


def cut_packing(connection: socket.socket) -> None:
    connection.sendall(head(len(PACKED) - 4, "content-encoding: gzip") + PACKED[:-4])


def reset(connection: socket.socket) -> None:
    connection.sendall(head(len(BODY)) + BODY[:5])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets


def silence(connection: socket.socket) -> None:
    connection.sendall(head(len(BODY)) + BODY[:5])
    connection.settimeout(10)
    connection.recv(1)  # until the client gives up


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"\x00\x01 this is no HTTP\r\n\r\n")


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve one answer per connection, the last one for ever; gives the address."""
    listening: list[socket.socket] = []

    def start(*answers: Callable[[socket.socket], Any]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def run() -> None:
            for number in range(20):
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    answers[min(number, len(answers) - 1)](connection)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in listening:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.mark.parametrize("trouble", [cut, cut_packing, reset, silence, nonsense])
def test_a_broken_connection_is_tried_again(serve: Callable[..., str], trouble: Callable[..., None]) -> None:
    pauses: list[float] = []
    http = Http(serve(trouble, whole), wait=pauses.append, limits=Limits(silence=0.3))
    assert http.get("/tickets").json() == {"tickets": [{"id": 1}]}
    assert (http.requests.made, len(pauses)) == (2, 1)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [(cut, "RemoteProtocolError"), (reset, "ReadError"), (silence, "ReadTimeout"), (nonsense, "RemoteProtocolError")],
)
def test_what_stays_broken_is_named(serve: Callable[..., str], trouble: Callable[..., None], says: str) -> None:
    http = Http(serve(trouble), name="acme@main", wait=lambda seconds: None, limits=Limits(tries=2, silence=0.3))
    with (
        pytest.raises(SourceUnavailable, match=rf"acme@main, tickets, page 1: .* failed 2 times, last because {says}"),
        http.reading("tickets", 1),
    ):
        http.get("/tickets")

"""Stand-in vendors over HTTP, on loopback: a port each, the very handlers that tests call without a socket."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import httpx

from demo.vendors.core import Fault, Request, Response, Vendor, dated

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(vendor: Vendor, faults: Fault | None = None) -> Iterator[str]:
    """Serve a vendor on a free port until the block ends; gives its address, `http://127.0.0.1:<port>`."""
    server = ThreadingHTTPServer((LOOPBACK, 0), _handler_of(vendor, faults))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), name=f"stand-in {vendor.name}", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of(vendor: Vendor, faults: Fault | None) -> type[BaseHTTPRequestHandler]:
    alone = Lock()  # a world is not made for two requests at a time

    class Handler(BaseHTTPRequestHandler):
        """Speaks HTTP/1.1 with kept connections, as vendors do."""

        protocol_version = "HTTP/1.1"
        # an answer leaves in one piece and at once; in two, each would wait some 40 ms for the client's acknowledgement
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """Answer a request, or break off as a scripted fault wants it."""
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"http://{self.headers.get('host', LOOPBACK)}{self.path}"
            headers = {name.lower(): text for name, text in self.headers.items()}
            request = Request(self.command, url, headers, body)
            try:
                with alone:
                    answer = faults(request, vendor.handle) if faults else vendor.handle(request)
                    told = dated(answer, vendor)
            except httpx.TransportError:
                self._reset()
                return
            self._answer(answer, told)

        do_POST = do_DELETE = do_GET

        def _answer(self, answer: Response, headers: dict[str, str]) -> None:
            self.send_response_only(answer.status)
            for name, text in headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, text)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

        def _reset(self) -> None:
            """Close so that the other side sees a reset and not an end."""
            self.close_connection = True
            with suppress(OSError):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the terminal belongs to the run."""

    return Handler

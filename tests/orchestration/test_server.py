"""What `make up` refuses, and what it takes for healthy."""

import http.server
import json
import socket
import threading

import pytest

from scoreboard.orchestration import server


def test_a_taken_port_is_refused_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            server.ServerFailed, match=rf"port {port} .* is taken .*nothing was started.*SCOREBOARD_PORT"
        ):
            server.refuse_taken_port(port)


def test_a_free_port_is_fine():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server.refuse_taken_port(port)


@pytest.mark.parametrize(
    ("dag_processor", "is_healthy"),
    [({"status": "healthy"}, True), ({"status": "unhealthy"}, False), ({"status": None}, False), (None, False)],
)
def test_airflow_is_up_only_when_every_part_is(dag_processor, is_healthy):
    answer = {"metadatabase": {"status": "healthy"}, "scheduler": {"status": "healthy"}, "dag_processor": dag_processor}
    with answering(json.dumps(answer).encode()) as port:
        assert server.is_healthy(port, "metadatabase", "scheduler", "dag_processor") is is_healthy


def test_something_else_on_the_port_is_not_airflow():
    with answering(b"hello") as port:
        assert not server.is_healthy(port, "metadatabase")


class answering:
    """A web server that gives one answer to everything."""

    def __init__(self, body):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self._server.server_address[1]

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

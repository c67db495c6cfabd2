"""A mail server and a web server on this machine that keep what they are given, and the Connections that lead to them."""

import email
import email.policy
import http.server
import json
import socket
import threading
from contextlib import contextmanager

from aiosmtpd.controller import Controller

PASSWORD = "hunter2-of-the-slack-hook"  # noqa: S105 - of a server of our own


class Sinks:
    """What arrived: `mails` parsed, `posts` as (path, headers, JSON)."""

    def __init__(self):
        self.mails = []
        self.posts = []
        self.answer = 200

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"

    @property
    def bodies(self):
        return [mail.get_payload()[0].get_content() for mail in self.mails]

    def posted(self, path):
        return [body for where, _, body in self.posts if where == path]


@contextmanager
def listening(monkeypatch):
    """The sinks, with smtp_default, ops_slack, ops_hook and dead_hook in the environment."""
    sinks = Sinks()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sinks.posts.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(sinks.answer)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mail = Controller(sinks, hostname="127.0.0.1", port=free_port())
    address = f"http://127.0.0.1:{web.server_address[1]}"
    plain = {"from_email": "scoreboard@example.org", "disable_ssl": True, "disable_tls": True, "retry_limit": 0}
    connections = {
        "smtp_default": {"conn_type": "smtp", "host": "127.0.0.1", "port": mail.port, "extra": plain},
        "ops_slack": {"conn_type": "slackwebhook", "host": address, "password": PASSWORD},
        "ops_hook": {"conn_type": "http", "host": f"{address}/hook"},
        "dead_hook": {"conn_type": "http", "host": f"http://127.0.0.1:{free_port()}", "password": PASSWORD},
    }
    for name, content in connections.items():
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(content))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    mail.start()
    try:
        yield sinks
    finally:
        mail.stop()
        web.shutdown()
        web.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

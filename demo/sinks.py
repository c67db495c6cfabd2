"""Where the demo's alerts arrive: a mail server and a web server on loopback that keep what they get, and send nothing on.

Mails become SCOREBOARD_HOME/alerts/sink/<n>-email.eml, posts <n>-slack.json and <n>-webhook.json, numbered as they came.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from aiosmtpd.controller import Controller

from demo.company.people import OWN_DOMAIN

LOOPBACK = "127.0.0.1"
CHANNELS = f"""\
# How the demo's alerts reach their owners; docs/alerts.md says what may stand here.
channels:
  email: {{kind: email}}
  slack: {{kind: slack}}
  webhook: {{kind: webhook, endpoint: /webhook}}
routes:
  - {{channels: [email, webhook]}}
  - {{channels: [slack], severities: [high, critical]}}
addresses:
  support_manager: support@{OWN_DOMAIN}
  team_lead: team-leads@{OWN_DOMAIN}
  managing_director: director@{OWN_DOMAIN}
fallback: customer-office@{OWN_DOMAIN}
# the sample company's day is a fixed one, so its messages do not wait for the hours of yours
quiet_hours: "off"
"""


class Sink:
    """What arrived, in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._alone = Lock()

    def keep(self, kind: str, ending: str, content: bytes) -> None:
        """One message more."""
        with self._alone:
            self.folder.mkdir(parents=True, exist_ok=True)
            number = len(list(self.folder.iterdir())) + 1
            (self.folder / f"{number:03}-{kind}.{ending}").write_bytes(content)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail; called by aiosmtpd."""
        self.keep("email", "eml", envelope.original_content or b"")
        return "250 kept"


def prepare(home: Path) -> None:
    """Write alerts/channels.yaml of the demo, unless there is one."""
    path = home / "alerts" / "channels.yaml"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CHANNELS, encoding="utf-8")


class MailServer(Controller):
    """On any free port; the library asks port 0 whether it is up."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(home: Path) -> Iterator[Sink]:
    """Serve both and point Airflow's Connections at them, whatever they were: the demo writes to nobody."""
    sink = Sink(home / "alerts" / "sink")
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library's own, a line per command
    mail = MailServer(sink, hostname=LOOPBACK, port=0)
    web = ThreadingHTTPServer((LOOPBACK, 0), _handler_of(sink.keep))
    thread = Thread(target=web.serve_forever, args=(0.05,), name="webhook sink", daemon=True)
    mail.start()
    thread.start()
    address = f"http://{LOOPBACK}:{web.server_port}"
    before = {name: os.environ.get(name) for name in _CONNECTIONS}
    try:
        os.environ.update({name: json.dumps(told(mail.port, address)) for name, told in _CONNECTIONS.items()})
        yield sink
    finally:
        for name, text in before.items():
            if text is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = text
        web.shutdown()
        web.server_close()
        thread.join()
        mail.stop()


_CONNECTIONS: dict[str, Callable[[int, str], dict[str, Any]]] = {
    "AIRFLOW_CONN_SMTP_DEFAULT": lambda port, address: {
        "conn_type": "smtp",
        "host": LOOPBACK,
        "port": port,
        "extra": {"disable_ssl": True, "disable_tls": True, "from_email": f"scoreboard@{OWN_DOMAIN}"},
    },
    "AIRFLOW_CONN_SLACK_DEFAULT": lambda port, address: {
        "conn_type": "slackwebhook",
        "host": f"{address}/slack",
        "password": "demo-slack-token",
    },
    "AIRFLOW_CONN_WEBHOOK_DEFAULT": lambda port, address: {
        "conn_type": "http",
        "host": address,
        "password": "demo-signing-secret",
    },
}


def _handler_of(keep: Callable[[str, str, bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Takes every post."""

        def do_POST(self) -> None:
            """Keep the body under the first part of the path."""
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            keep("slack" if self.path.startswith("/slack") else "webhook", "json", body)
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the terminal belongs to the run."""

    return Handler

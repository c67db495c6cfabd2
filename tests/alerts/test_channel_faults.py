"""What goes wrong at a channel before, while and after it is asked: nothing that surely did not leave is called unknown, and the reverse."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import os
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure, time_to_wait
from tests.alerts.company import NOW, alert_row
from tests.alerts.test_channels import Mailbox, connect, mail, send  # noqa: F401 - a fixture
from tests.alerts.test_mail_tls import certificate  # noqa: F401 - a fixture
from tests.alerts.test_wording import digest_of

SECRET = "hunter2-in-the-address"  # noqa: S105 - of nothing
DIGEST = digest_of(alert_row("R-1", rule="own_rule", account_name="Grüße & Söhne", description="ä", action="ö"))
KINDS = {"webhook": "http", "slack": "slackwebhook"}


class Web(BaseHTTPRequestHandler):
    """Answers posts with a status and headers; whoever follows a redirect gets 200."""

    status = 200
    more: dict[str, str]
    ending = b"ok"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        self._answer(self.status)

    def do_GET(self) -> None:
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        for name, text in self.more.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(self.ending)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


Serve = Callable[..., type[Web]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> Iterator[Serve]:  # noqa: F811
    """Start it and point a kind's connection at it: `serve(kind, status, tls=..., **headers)`."""
    servers = []

    def start(kind: str, status: int = 200, tls: bool = False, **more: str) -> type[Web]:
        class Mine(Web):
            pass

        Mine.status, Mine.more = status, {name.replace("_", "-"): text for name, text in more.items()}
        server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        host = f"{'https' if tls else 'http'}://localhost:{server.server_port}"
        connect(monkeypatch, kind, conn_type=KINDS[kind], host=host, password=SECRET)
        return Mine

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_over_https_it_arrives_where_the_certificate_is_vouched_for(
    serve: Serve,
    certificate: Path,  # noqa: F811
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    serve(kind, tls=True)
    send(kind, DIGEST)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_not_who_it_says_was_surely_not_told(serve: Serve, kind: str) -> None:
    serve(kind, tls=True)
    with pytest.raises(Refused, match="cannot be reached") as refused:
        send(kind, DIGEST)
    assert refused.value.is_dead


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_speaks_no_tls_was_surely_not_told(
    serve: Serve, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(kind)
    told = json.loads(os.environ[f"AIRFLOW_CONN_{kind.upper()}_TEST"])
    connect(monkeypatch, kind, **told | {"host": told["host"].replace("http://", "https://")})
    with pytest.raises(Refused, match="cannot be reached"):
        send(kind, DIGEST)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_to_wait_is_asked_for_by_the_other_side(serve: Serve, kind: str, status: int) -> None:
    serve(kind, status, Retry_After="3600")
    with pytest.raises(Refused) as refused:
        send(kind, DIGEST)
    assert refused.value.wait == timedelta(hours=1) and not refused.value.is_final


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (None, timedelta()),
        ("", timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
        ("120", timedelta(minutes=2)),
        ("999999999999999999999", timedelta(days=1)),
        ("nan", timedelta()),
        (format_datetime(NOW + timedelta(minutes=3)), timedelta(minutes=3)),
        (format_datetime(NOW - timedelta(minutes=3)), timedelta()),
        (format_datetime(datetime(9999, 1, 1, tzinfo=UTC)), timedelta(days=1)),
    ],
)
def test_a_wait_is_seconds_or_an_instant_and_at_most_a_day(said: str | None, wait: timedelta) -> None:
    assert time_to_wait(said, NOW) == wait


def test_slack_that_sends_us_elsewhere_has_not_taken_it(serve: Serve) -> None:
    """The library follows, with a GET and without the message; a sign-in page would answer 200."""
    web = serve("slack", 302, location="/sign-in")
    web.ending = b"<html>Sign in</html>"
    with pytest.raises(Unsure, match="ok"):
        send("slack", DIGEST)


def test_the_answer_of_a_webhook_is_not_read_to_its_end(serve: Serve) -> None:
    """It may have none."""
    web = serve("webhook", content_length=str(10**12))
    web.ending = b"a"
    send("webhook", DIGEST)


@pytest.mark.parametrize("kind", [*KINDS, "email"])
@pytest.mark.parametrize(
    "connection",
    [
        '{"conn_type": ',
        '{"conn_type": "x"}',
        '{"conn_type": "http", "host": "https://[::1", "password": "p"}',
        '{"conn_type": "http", "host": "https://localhost:port", "password": "p"}',
    ],
)
def test_a_connection_that_cannot_be_used_is_not_set_up_or_dead(
    monkeypatch: pytest.MonkeyPatch, kind: str, connection: str
) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{kind.upper()}_TEST", connection)
    with pytest.raises((NotSetUp, Refused)) as said:
        send(kind, DIGEST)
    assert isinstance(said.value, NotSetUp) or said.value.is_dead


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_that_is_itself_a_secret_stands_in_no_log(
    monkeypatch: pytest.MonkeyPatch, kind: str, caplog: Any, capfd: Any
) -> None:
    """As of rooms and automations whose whole protection is a long path; nobody listens there."""
    connect(monkeypatch, kind, conn_type=KINDS[kind], host=f"http://127.0.0.1:9/{SECRET}", password="p")  # noqa: S106
    with caplog.at_level(logging.INFO), pytest.raises(Refused) as refused:
        send(kind, DIGEST)
    assert SECRET not in caplog.text + str(refused.value) + "".join(capfd.readouterr())


def test_an_answer_without_a_code_after_the_text_leaves_it_open(mail: Mailbox) -> None:  # noqa: F811
    mail.text = "thank you very much"
    with pytest.raises(Unsure):
        send("email", DIGEST)
    assert len(mail.mails) == 1


def test_a_mail_needs_no_more_than_seven_bits(mail: Mailbox) -> None:  # noqa: F811
    """We are not told whether every server on its way takes eight."""
    send("email", DIGEST)
    [envelope] = mail.mails
    assert max(envelope.content) < 128
    assert max(len(line) for line in envelope.content.splitlines()) <= 998
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert "Grüße & Söhne" in message["Subject"] and "Grüße & Söhne" in message.get_body(("plain",)).get_content()


def test_a_sender_that_is_missing_is_not_set_up(monkeypatch: pytest.MonkeyPatch, mail: Mailbox) -> None:  # noqa: F811
    told = json.loads(os.environ["AIRFLOW_CONN_EMAIL_TEST"])
    del told["extra"]["from_email"]
    connect(monkeypatch, "email", **told)
    with pytest.raises(NotSetUp, match="from_email"):
        send("email", DIGEST)

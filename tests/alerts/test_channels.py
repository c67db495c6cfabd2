"""The three channels through Airflow's providers against real servers: one try, and an honest word about how it ended."""

from __future__ import annotations

import email
import email.policy
import hmac
import json
import logging
import socket
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from demo import sinks
from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure
from scoreboard.alerts.channels.making import make_channel
from scoreboard.alerts.config import ChannelConfig
from scoreboard.alerts.digest import Digest
from tests.alerts.company import alert_row
from tests.alerts.test_wording import digest_of

ADDRESS = "ann@ourco.example"
SECRET = "hunter2-secret"  # noqa: S105 - of nothing


@pytest.fixture
def digest() -> Digest:
    return digest_of(alert_row("R-1", account_name="Acme\r\nBcc: eve@evil.example"))


def send(kind: str, digest: Digest, address: str = ADDRESS) -> None:
    make_channel(ChannelConfig(kind, kind, f"{kind}_test", "/alerts")).send(digest, address)


def connect(patch: pytest.MonkeyPatch, kind: str, **told: Any) -> None:
    patch.setenv(f"AIRFLOW_CONN_{kind.upper()}_TEST", json.dumps(told))


class Web(BaseHTTPRequestHandler):
    """Keeps what it is asked and answers as it was told."""

    asked: list[tuple[str, dict[str, str], bytes]]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        self.asked.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
        if not self.status:  # falls silent once it has the message
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(self.status)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Web]]:
    class Mine(Web):
        asked = []  # noqa: RUF012 - one per test

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    connect(monkeypatch, "webhook", conn_type="http", host=host, password=SECRET)
    connect(monkeypatch, "slack", conn_type="slackwebhook", host=host, password=SECRET)
    yield Mine
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_json_signed_and_with_a_key_to_know_it_again(web: type[Web], digest: Digest) -> None:
    send("webhook", digest)
    [(path, headers, body)] = web.asked
    assert path == "/alerts" and json.loads(body)["message_id"] == headers["idempotency-key"] == "m1"
    time, signature = (part.split("=")[1] for part in headers["x-scoreboard-signature"].split(","))
    assert signature == hmac.new(SECRET.encode(), f"{time}.".encode() + body, sha256).hexdigest()
    assert SECRET not in str(headers) and "authorization" not in headers


def test_slack_gets_one_post(web: type[Web], digest: Digest) -> None:
    send("slack", digest)
    [(path, _, body)] = web.asked
    assert path == f"/{SECRET}" and json.loads(body)["blocks"]


@pytest.mark.parametrize("kind", ["webhook", "slack"])
@pytest.mark.parametrize(
    ("status", "outcome", "is_final"),
    [
        (503, Refused, False),
        (429, Refused, False),
        (403, Refused, False),
        (400, Refused, True),
        (308, Refused, False),
        (500, Unsure, None),
        (504, Unsure, None),
        (0, Unsure, None),
    ],
)
def test_an_answer_says_whether_it_was_taken_and_it_is_asked_once(
    web: type[Web], digest: Digest, kind: str, status: int, outcome: type[Exception], is_final: bool | None, caplog: Any
) -> None:
    web.status = status
    with caplog.at_level(logging.DEBUG), pytest.raises(outcome) as ended:
        send(kind, digest)
    assert len(web.asked) == 1
    assert getattr(ended.value, "is_final", None) is is_final
    assert SECRET not in str(ended.value) and SECRET not in caplog.text


@pytest.mark.parametrize("kind", ["webhook", "slack", "email"])
def test_what_is_not_there_was_surely_not_told(
    monkeypatch: pytest.MonkeyPatch, digest: Digest, kind: str, caplog: Any
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    kinds = {"webhook": "http", "slack": "slackwebhook", "email": "smtp"}
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "a@ourco.example"} if kind == "email" else {}
    host = "127.0.0.1" if kind == "email" else f"http://127.0.0.1:{port}"
    told = {"conn_type": kinds[kind], "host": host, "password": SECRET, "extra": extra}
    connect(monkeypatch, kind, **told, **({"port": port} if kind == "email" else {}))
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as refused:
        send(kind, digest)
    assert refused.value.is_dead and not refused.value.is_final
    assert SECRET not in str(refused.value) and SECRET not in caplog.text


@pytest.mark.parametrize("kind", ["webhook", "slack", "email"])
def test_without_a_connection_it_says_which_to_add(digest: Digest, kind: str) -> None:
    with pytest.raises(NotSetUp, match=f"no Airflow Connection '{kind}_test'"):
        send(kind, digest)


@pytest.mark.parametrize(("kind", "conn_type"), [("webhook", "http"), ("slack", "slackwebhook")])
def test_nothing_is_posted_over_plain_http_elsewhere(
    monkeypatch: pytest.MonkeyPatch, digest: Digest, kind: str, conn_type: str
) -> None:
    connect(monkeypatch, kind, conn_type=conn_type, host="http://127.0.0.1.evil.example", password=SECRET)
    with pytest.raises(NotSetUp, match="plain http"):
        send(kind, digest)


class Mailbox:
    """A mail server's manners: how it answers the recipient and the text."""

    def __init__(self, recipient: str = "250 ok", text: str = "250 kept") -> None:
        self.recipient, self.text = recipient, text
        self.mails: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope)
        if not self.text:
            server.transport.abort()  # it has the mail and says nothing any more
        return self.text


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    server = sinks.MailServer(box, hostname="127.0.0.1", port=0)
    server.start()
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "scoreboard@ourco.example"}
    connect(monkeypatch, "email", conn_type="smtp", host="127.0.0.1", port=server.port, extra=extra)
    yield box
    _stop(server)


def _stop(server: Controller) -> None:
    server.stop()


def test_a_mail_has_text_and_html_and_no_header_of_anybody_else(mail: Mailbox, digest: Digest) -> None:
    send("email", digest)
    [envelope] = mail.mails
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == [ADDRESS]
    assert message["To"] == ADDRESS and message["Bcc"] is None and message["Date"]
    assert message["Message-ID"] == "<m1@scoreboard.invalid>"
    assert message["Subject"] == "[medium] Low score: Acme Bcc: eve@evil.example"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("recipient", "text", "outcome", "is_final"),
    [
        ("450 later", "250 kept", Refused, False),
        ("550 nobody", "250 kept", Refused, True),
        ("250 ok", "451 later", Refused, False),
        ("250 ok", "554 spam", Refused, True),
        ("250 ok", "", Unsure, None),
    ],
)
def test_a_mail_servers_answer_says_whether_it_was_taken_and_it_is_asked_once(
    mail: Mailbox, digest: Digest, recipient: str, text: str, outcome: type[Exception], is_final: bool | None
) -> None:
    mail.recipient, mail.text = recipient, text
    with pytest.raises(outcome) as ended:
        send("email", digest)
    assert len(mail.mails) <= 1
    assert getattr(ended.value, "is_final", None) is is_final


@pytest.mark.parametrize("address", ["", "ann", "ann@ourco.example\r\nRCPT TO:<eve@evil.example>"])
def test_what_is_no_address_gets_no_mail(mail: Mailbox, digest: Digest, address: str) -> None:
    with pytest.raises(Refused, match="no usable e-mail address"):
        send("email", digest, address)
    assert mail.mails == []


def test_the_demos_sinks_keep_what_they_get_and_give_the_connections_back(
    tmp_path: Path, digest: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://real.example")
    with sinks.running(tmp_path) as sink:
        for kind, connection in (("email", "smtp_default"), ("slack", "slack_default"), ("webhook", "webhook_default")):
            make_channel(ChannelConfig(kind, kind, connection, "/webhook")).send(digest, ADDRESS)
    kept = sorted(path.name for path in sink.folder.iterdir())
    assert kept == ["001-email.eml", "002-slack.json", "003-webhook.json"]
    import os

    assert os.environ["AIRFLOW_CONN_SMTP_DEFAULT"] == "smtp://real.example"
    assert "AIRFLOW_CONN_SLACK_DEFAULT" not in os.environ

"""E-mail over TLS through Airflow's provider: SMTPS and STARTTLS, with login, against a server with a certificate of its own."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scoreboard.alerts.channels.base import Refused
from tests.alerts.company import alert_row
from tests.alerts.test_channels import ADDRESS, Mailbox, connect, send
from tests.alerts.test_wording import digest_of

LOGIN, PASSWORD = "scoreboard", "hunter2-mail-secret"
DIGEST = digest_of(alert_row("R-1", account_name="Grüße & Söhne"))

# the library does not know a session as safe that is TLS from its first byte
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Server(Controller):
    """On any free port; asked whether it is up as a client would, the library would ask with the server's own side of TLS."""

    certificate: Path

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        with ExitStack() as closing:
            asked = closing.enter_context(socket.create_connection((self.hostname, self.port)))
            if self.ssl_context:
                trusting = ssl.create_default_context(cafile=self.certificate)
                asked = closing.enter_context(trusting.wrap_socket(asked, server_hostname="localhost"))
            asked.recv(1024)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this machine alone, signed by itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(tz=UTC) - timedelta(days=1)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve(certificate: Path) -> Iterator[Callable[[str], tuple[Mailbox, int]]]:
    """A mail server that takes nothing without TLS and login: `smtps` or `starttls`."""
    servers = []

    def start(kind: str) -> tuple[Mailbox, int]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        box = Mailbox()
        tls = {"ssl_context": context} if kind == "smtps" else {"tls_context": context, "require_starttls": True}
        server = Server(
            box,
            hostname="127.0.0.1",
            port=0,
            authenticator=_known,
            auth_required=True,
            auth_require_tls=kind == "starttls",
            **tls,
        )
        server.certificate = certificate
        server.start()
        servers.append(server)
        return box, server.port

    yield start
    for server in servers:
        server.stop()


def _known(server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
    is_known = isinstance(said, LoginPassword) and (said.login, said.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=False)


def _connect(patch: pytest.MonkeyPatch, port: int, password: str = PASSWORD, **extra: Any) -> None:
    told = {"from_email": "scoreboard@ourco.example", **extra}
    connect(patch, "email", conn_type="smtp", host="127.0.0.1", port=port, login=LOGIN, password=password, extra=told)


# as docs/alerts.md says: TLS from the first byte unless `disable_ssl`, then STARTTLS
KINDS = [("smtps", {}), ("smtps", {"disable_tls": True}), ("starttls", {"disable_ssl": True})]


@pytest.mark.parametrize(("kind", "extra"), KINDS)
def test_a_mail_goes_over_tls_with_login(
    monkeypatch: pytest.MonkeyPatch, serve: Any, certificate: Path, kind: str, extra: dict[str, Any], caplog: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box, port = serve(kind)
    _connect(monkeypatch, port, **extra)
    with caplog.at_level(logging.DEBUG):
        send("email", DIGEST)
    [envelope] = box.mails
    assert envelope.rcpt_tos == [ADDRESS]
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(("kind", "extra"), KINDS)
def test_a_certificate_that_nobody_vouches_for_gets_neither_mail_nor_password(
    monkeypatch: pytest.MonkeyPatch, serve: Any, kind: str, extra: dict[str, Any]
) -> None:
    box, port = serve(kind)
    _connect(monkeypatch, port, **extra)
    with pytest.raises(Refused) as refused:
        send("email", DIGEST)
    assert refused.value.is_dead and "certificate" in str(refused.value)
    assert box.mails == []


@pytest.mark.parametrize(("kind", "extra"), KINDS)
def test_a_wrong_password_is_said_without_the_password(
    monkeypatch: pytest.MonkeyPatch, serve: Any, certificate: Path, kind: str, extra: dict[str, Any], caplog: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box, port = serve(kind)
    _connect(monkeypatch, port, password="wrong-secret", **extra)  # noqa: S106 - of nothing
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused, match="does not let us in") as refused:
        send("email", DIGEST)
    assert refused.value.is_dead and box.mails == []
    assert "wrong-secret" not in caplog.text + str(refused.value)


def test_a_server_without_starttls_gets_neither_mail_nor_password(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox()
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    _connect(monkeypatch, server.port, disable_ssl=True)
    with pytest.raises(Refused) as refused:
        send("email", DIGEST)
    server.stop()
    assert refused.value.is_dead and box.mails == []

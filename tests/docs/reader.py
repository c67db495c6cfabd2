"""What a reader's machine has and ours lacks: a mail server that insists on TLS and a login, and a web server that takes every post."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.sinks import LOOPBACK, MailServer

LOGIN, PASSWORD = "scoreboard", "correct-horse"


@dataclass
class Sinks:
    """What arrived, and where it may be sent."""

    folder: Path
    mails: list[EmailMessage] = field(default_factory=list)
    posts: list[tuple[str, Any]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a mail, if somebody logged in who may."""
        assert session.authenticated
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"

    def posted(self, path: str) -> list[Any]:
        """What came to one path."""
        return [body for where, body in self.posts if where == path]

    @property
    def environment(self) -> dict[str, str]:
        """For a shell that is to trust the mail server, as a reader's does theirs."""
        return {"SSL_CERT_FILE": str(self.folder / "certificate.pem")}

    @contextmanager
    def mail_server(self, is_tls_from_the_start: bool) -> Iterator[int]:
        """A mail server; gives its port. With TLS at once, or after STARTTLS and not before."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(self.folder))
        wrapped = {"ssl_context": context} if is_tls_from_the_start else {"tls_context": context}
        server = MailServer(
            self,
            hostname=LOOPBACK,
            port=0,
            authenticator=_known,
            # the library knows of no TLS but the one it was asked to start
            auth_require_tls=not is_tls_from_the_start,
            require_starttls=not is_tls_from_the_start,
            **wrapped,
        )
        server.start()
        try:
            yield server.port
        finally:
            server.stop()

    @contextmanager
    def web_server(self) -> Iterator[str]:
        """A web server that keeps what it is sent; gives its address."""
        sinks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"] or 0))
                sinks.posts.append((self.path, json.loads(body)))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _known(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
    is_ours = isinstance(login, LoginPassword) and login == LoginPassword(LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=is_ours, handled=True)


def _certificate(folder: Path) -> Path:
    """A certificate of this machine that signs itself, with its key, in one file."""
    path = folder / "certificate.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(*plain) + signed.public_bytes(serialization.Encoding.PEM))
    return path

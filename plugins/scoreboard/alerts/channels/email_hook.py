"""E-mail through Airflow's SMTP provider: one message to one address, tried once."""

from __future__ import annotations

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from airflow.providers.smtp.hooks.smtp import SmtpHook

from scoreboard.alerts.channels.base import NotSetUp, Refused, Unsure, require_connection, words_of
from scoreboard.alerts.config import is_address
from scoreboard.alerts.digest import Digest
from scoreboard.alerts.wording import html, plain_text
from scoreboard.settings import utc_now


class EmailChannel:
    """Mails digests; the server is asked for a session per message, so that one that was dropped spoils no other."""

    def __init__(self, connection_id: str) -> None:
        self._connection_id = connection_id

    def send(self, digest: Digest, address: str) -> None:
        """Raises NotSetUp, Refused or, where the server fell silent after the text, Unsure."""
        require_connection(self._connection_id, "e-mail")
        hook = _OneTry(smtp_conn_id=self._connection_id)
        try:
            hook.get_conn()
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise Refused(f"the mail server does not let us in ({words_of(error)})", is_dead=True) from None
        except Exception as error:
            raise Refused(f"the mail server does not answer ({words_of(error)})", is_dead=True) from None
        try:
            hook.send_once(digest, address)
        finally:
            hook.hang_up()


class _OneTry(SmtpHook):  # type: ignore[misc]
    """The provider's hook for connection, TLS and login. Its own sending tries up to six times, whatever happened, and may so send twice."""

    def send_once(self, digest: Digest, address: str) -> None:
        """The four steps of SMTP, each with its own meaning when it fails."""
        client = self._smtp_client
        sender = self.from_email or self.smtp_user
        if not sender or not is_address(sender):
            raise NotSetUp(f"the connection {self.smtp_conn_id!r} names no usable from_email in its extra")
        if not is_address(address):
            raise Refused("there is no usable e-mail address", is_final=True)
        try:
            content = _message(digest, sender, address).as_bytes(policy=SMTP)
        except Exception as error:
            raise Refused(f"the message could not be made ({words_of(error)})", is_final=True) from None
        try:
            client.ehlo_or_helo_if_needed()
            _accepted(client.mail(sender), "the sender")
            _accepted(client.rcpt(address), "the recipient")
        except (OSError, smtplib.SMTPException) as error:
            raise Refused(f"the mail server fell silent before the message ({words_of(error)})", is_dead=True) from None
        try:
            code, _ = client.data(content)
        except smtplib.SMTPDataError as error:  # it did not want to hear it
            raise Refused(f"the mail server refused the message with code {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unsure(f"the mail server fell silent after the message ({words_of(error)})") from None
        if code // 100 not in (2, 4, 5):
            raise Unsure("the mail server answered the message with no code of its kind")
        _accepted((code, b""), "the message")

    def hang_up(self) -> None:
        """Close without a word: whether it was taken is known by now."""
        if self._smtp_client:
            self._smtp_client.close()

    @property
    def smtp_starttls(self) -> bool:
        """Not within a session that is TLS from its first byte; the provider asks for both unless told otherwise, which no server offers."""
        return bool(super().smtp_starttls) and not self.use_ssl

    @property
    def smtp_retry_limit(self) -> int:
        """None: it also says how often a session is tried."""
        return 0


def _accepted(answer: tuple[int, bytes], what: str) -> None:
    code = answer[0]
    if not 200 <= code < 300:
        raise Refused(f"the mail server refused {what} with code {code}", is_final=500 <= code < 600)


def _message(digest: Digest, sender: str, address: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = digest.subject
    message["From"] = Address("Scoreboard alerts", addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    message["Date"] = utc_now()
    # the id is the same over every try, so that a mailbox can know it again
    message["Message-ID"] = f"<{digest.message_id}@scoreboard.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_text(digest))
    message.add_alternative(html(digest), subtype="html")
    return message

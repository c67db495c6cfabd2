"""Telling operators, through Airflow's own notifiers: once per DAG run and channel, and never in the way of the run.

`SCOREBOARD_NOTIFY` names the channels: `mailto:<address>` (Connection smtp_default), `slack:<connection>`, `http:<connection>`.
A channel that does not answer in time, or refuses, is logged and noted for `make status`; nothing else comes of it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from scoreboard import journal
from scoreboard.orchestration.current_run import run_key
from scoreboard.orchestration.message import Message, of_failure, without_secrets
from scoreboard.settings import Settings

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 20.0  # for one channel
_TRIGGERER_PATIENCE_SECONDS = 60.0  # nobody waits for the triggerer, and it may be busy
_ANSWER_SECONDS = 15
_CONTEXT = "_AIRFLOW_PROCESS_CONTEXT"


def tell_operators(context: Mapping[str, Any]) -> None:
    """The `on_failure_callback` of every DAG: one message about the whole run, with the sentences its tasks left. Never raises."""
    try:
        settings = Settings.from_environment()
        if settings.notify:
            send(settings, failure_of(settings, context))
    except Exception as error:
        log.warning(
            "operators could not be told of a failed run: %s", without_secrets(f"{type(error).__name__}: {error}")
        )


def failure_of(settings: Settings, context: Mapping[str, Any]) -> Message:
    """The message about the failed run of a callback's context."""
    dag_id, dag_run = context["dag"].dag_id, context.get("dag_run")
    run_id = str(context.get("run_id") or getattr(dag_run, "run_id", ""))
    started = getattr(dag_run, "start_date", None)
    key = sha256(f"{dag_id}/{run_id}/{started}".encode()).hexdigest()[
        :16
    ]  # a run cleared and failed again is told again
    failures = [] if dag_run is None else _failures_since(settings, run_key(dag_run), dag_id, started)
    return of_failure(
        key, dag_id, run_id, failures, str(context.get("reason") or ""), _log_of(settings, context, failures)
    )


def send(settings: Settings, message: Message) -> dict[str, str]:
    """Send to every channel that was not tried before; gives what became of each."""
    told: dict[str, str] = {}
    if not _is_ours_to_send(settings, message):
        return told
    for channel in settings.notify:
        told[channel] = _outcome(channel, _send_in_time(channel, message))
        _note(settings, message, told)
    return told


def _is_ours_to_send(settings: Settings, message: Message) -> bool:
    """Whether nobody sent it before. Where the home cannot be written, such as on a full disk, it is sent: twice is better than never then."""
    try:
        return journal.claim_message(settings, message.key, message.subject)
    except OSError as error:
        log.warning("“%s” is sent though it could not be noted below status/: %s", message.subject, error)
        return True


def _note(settings: Settings, message: Message, told: dict[str, str]) -> None:
    with suppress(OSError):
        journal.note_message(settings, message.key, message.subject, told)


async def send_async(settings: Settings, message: Message) -> dict[str, str]:
    """As `send`, for the triggerer."""
    told: dict[str, str] = {}
    if not _is_ours_to_send(settings, message):
        return told
    for channel in settings.notify:
        error: BaseException | None = None
        try:
            await asyncio.wait_for(notifier(channel, message).async_notify({}), _TRIGGERER_PATIENCE_SECONDS)
        except Exception as caught:
            error = caught
        told[channel] = _outcome(channel, error)
        _note(settings, message, told)
    return told


def notifier(channel: str, message: Message) -> Any:
    """Airflow's notifier for one channel. Its `notify` is called, not the notifier itself, which would take `{{ }}` in a sentence for a template."""
    kind, _, where = channel.partition(":")
    if kind == "mailto":
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        return SmtpNotifier(to=where, subject=message.subject, html_content=message.html)
    if kind == "slack":
        from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier

        return SlackWebhookNotifier(
            slack_webhook_conn_id=where,
            text=message.slack,
            unfurl_links=False,
            unfurl_media=False,
            timeout=_ANSWER_SECONDS,
        )
    from airflow.providers.http.notifications.http import HttpNotifier

    return HttpNotifier(
        http_conn_id=where,
        json={"subject": message.subject, "lines": list(message.lines), "key": message.key} | message.facts,
        headers={"Content-Type": "application/json", "Idempotency-Key": message.key},
        # an answer of 300 is no delivery, and must not lead the message elsewhere
        extra_options={"timeout": _ANSWER_SECONDS, "allow_redirects": False},
    )


def _send_in_time(channel: str, message: Message) -> BaseException | None:
    """Send within PATIENCE_SECONDS, retries of the notifier included; the error, if there is one."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            notifier(channel, message).notify({})
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, name=f"notify-{channel}", daemon=True)
    with _connections_readable():
        thread.start()
        thread.join(PATIENCE_SECONDS)
    if thread.is_alive():
        return TimeoutError(f"no answer within {PATIENCE_SECONDS:.0f} s")
    return errors[0] if errors else None


@contextmanager
def _connections_readable() -> Iterator[None]:
    """In `make run` the callback runs outside any task: Airflow then finds Connections in its database only if it is told that it may look."""
    from airflow.sdk.execution_time import task_runner

    if getattr(task_runner, "SUPERVISOR_COMMS", None) is not None or os.environ.get(_CONTEXT):
        yield
        return
    os.environ[_CONTEXT] = "server"
    try:
        yield
    finally:
        os.environ.pop(_CONTEXT, None)


def _outcome(channel: str, error: BaseException | None) -> str:
    if error is None:
        return "sent"
    sentence = without_secrets(f"{type(error).__name__}: {error}")[:300]
    log.warning("%s was not told: %s", channel, sentence)
    return sentence


def _failures_since(settings: Settings, key: str, dag_id: str, started: datetime | None) -> list[dict[str, Any]]:
    """What the run's tasks left, each task's last try; nothing from before it was cleared and started again."""
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    for failure in journal.failures(settings, key):
        if failure.get("dag_id") == dag_id and not _is_before(failure.get("when"), started):
            found[failure.get("task_id"), failure.get("map_label")] = failure
    return list(found.values())


def _is_before(when: Any, started: datetime | None) -> bool:
    try:
        at = datetime.fromisoformat(str(when))
    except ValueError:
        return False
    return started is not None and at.astimezone(UTC) < started.astimezone(UTC)


def _log_of(settings: Settings, context: Mapping[str, Any], failures: list[dict[str, Any]]) -> str:
    """The terminal's log of a `make run`, else the failed task's log in Airflow's UI."""
    dag_run = context.get("dag_run")
    path = settings.runs / run_key(dag_run) / "log.txt" if dag_run is not None else None
    if path is not None and path.is_file():
        return str(path)
    urls = [failure["log_url"] for failure in failures if failure.get("log_url")]
    return str(urls[0]) if urls else str(getattr(context.get("ti"), "log_url", "") or "")

"""What operators are told when a DAG run failed or is late: one message, in the form each channel takes, with no secret in it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

_MOST_SENTENCES = 5
_LONGEST = 1500
# what stays as it was, whatever failed: by DAG, for people who do not know the pipeline
KEPT_SAFE = {
    "extract_crm": "Dropped files stay in the inbox, cursors move only with what landed, and what is published stays.",
    "extract_support": "Dropped files stay in the inbox, cursors move only with what landed, and what is published stays.",
    "extract_surveys": "Dropped files stay in the inbox, cursors move only with what landed, and what is published stays.",
    "build_warehouse": "Readers keep the version they have; everything landed is kept for the next build.",
    "restate_quarter": "Readers keep the version they have; a restatement that was recorded waits for the next build.",
    "quarterly_award_report": "Closed figures stay frozen as published; only the report is missing, and running it again is harmless.",
    "reconcile_sources": "Nothing was buried or changed in the streams that failed; the others were reconciled.",
    "action_alerts": "The alerts stand in the published tables; what was not sent waits, and nothing is sent twice.",
}
_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"://[^/\s@]+@"), "://***@"),
    (
        re.compile(
            r"(?i)([\w-]*(?:password|passwd|token|secret|api[_-]?key|authorization)[\w-]*)(=|[\"']?\s*:\s*[\"'])[^\s\"',;&)]+"
        ),
        r"\1\2***",
    ),
)


@dataclass(frozen=True)
class Message:
    """One message: `subject` is one line, `lines` are what a person reads, `facts` are for a machine, `key` is the same on every retry."""

    key: str
    subject: str
    lines: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def html(self) -> str:
        """For a mail."""
        lines = ("<br>".join(html.escape(part.strip()) for part in line.splitlines()) for line in self.lines)
        return "".join(f"<p>{line}</p>" for line in lines)

    @property
    def slack(self) -> str:
        """For Slack, whose three signs of its own are escaped: a sentence can mention nobody and link nowhere."""
        text = "\n".join((f"*{self.subject}*", *self.lines))
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def of_failure(key: str, dag_id: str, run_id: str, failures: list[dict[str, Any]], reason: str, log: str) -> Message:
    """A DAG run that failed: what failed with its sentence, what is safe, and where to read on."""
    named = [(_named(failure), without_secrets(str(failure["sentence"]))) for failure in failures]
    first = f": {named[0][0]}" if named else ""
    more = f" and {len(named) - 1} more" if len(named) > 1 else ""
    told = [f"{task}: {sentence[:_LONGEST]}" for task, sentence in named[:_MOST_SENTENCES]]
    if len(named) > _MOST_SENTENCES:
        told.append(f"and {len(named) - _MOST_SENTENCES} more")
    if not told:
        told = [f"It left no sentence ({without_secrets(reason) or 'no reason given'}); its log says more."]
    safe = KEPT_SAFE.get(dag_id, "What is published stays.")
    return Message(
        key=key,
        subject=_one_line(f"Scoreboard: {dag_id} failed{first}{more}"),
        lines=(
            *told,
            f"Kept safe: {safe}",
            *([f"Log: {log}"] if log else []),
            f"Run: {run_id}. `make status` shows the rest.",
        ),
        facts={
            "kind": "failure",
            "dag_id": dag_id,
            "run_id": run_id,
            "failures": [{"task": task, "sentence": sentence[:_LONGEST]} for task, sentence in named],
            "kept_safe": safe,
            "log": log,
        },
    )


def of_late_report(key: str, label: str, dag_id: str, run_id: str, due: str, log: str) -> Message:
    """The award report of a quarter that is not there when it should be."""
    return Message(
        key=key,
        subject=f"Scoreboard: the award report of {label} is late",
        lines=(
            f"It should have been written by {due}, and it is not there.",
            f"Kept safe: {KEPT_SAFE['quarterly_award_report']}",
            f"What to do: `make status` says what is in the way; `make report QUARTER={label}`, or a run of {dag_id}, writes it.",
            *([f"Run: {log}"] if log else ["Its run was never queued: is the DAG paused, or was no scheduler there?"]),
        ),
        facts={"kind": "late_report", "quarter": label, "dag_id": dag_id, "run_id": run_id, "due": due, "log": log},
    )


def of_import_error(key: str, file: str, sentence: str) -> Message:
    """A DAG file that Airflow cannot read: nothing fails, its runs just do not come any more."""
    told = without_secrets(sentence)[:_LONGEST]
    return Message(
        key=key,
        subject=_one_line(f"Scoreboard: dags/{file} cannot be imported"),
        lines=(
            told,
            "Its runs do not start until it can be. Kept safe: what is published stays, what landed is kept.",
            "What to do: mend the file or what it imports; `make status` shows whether it is read again.",
        ),
        facts={"kind": "import_error", "file": file, "sentence": told},
    )


def without_secrets(text: str) -> str:
    """The text without what Airflow knows to be secret in this process, and without what looks like a secret."""
    for pattern, put in _SECRETS:
        text = pattern.sub(put, text)
    from airflow.sdk._shared.secrets_masker import redact

    return str(redact(text))


def _named(failure: dict[str, Any]) -> str:
    label = f"[{failure['map_label']}]" if failure.get("map_label") else ""
    return _one_line(f"{failure.get('task_id', '')}{label}")


def _one_line(text: str) -> str:
    """For a header: no line break may begin another one."""
    return "".join(character if character.isprintable() else " " for character in text)[:200]

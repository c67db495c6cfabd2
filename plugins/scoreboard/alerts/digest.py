"""One message: what a person must know of their alerts, worst first. Made when it is sent, from the published version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from scoreboard.alerts.claims import Claim, Item
from scoreboard.alerts.escalation import due_at, step_of
from scoreboard.alerts.facts import Alert, Employee, Step
from scoreboard.alerts.hours import Hours
from scoreboard.alerts.outbox import NOTICE

SEVERITIES = ("critical", "high", "medium", "low")
MOST_IN_FULL = 100  # of a mail: nobody reads more, and mail programs cut off what is too long
WHY = {
    "low_score": "Whoever is this dissatisfied and hears nothing back is the likeliest to leave.",
    "score_drop": "A score that falls this far in one quarter seldom comes back by itself.",
    "silent_key_account": "Key accounts that stop talking have often begun to look elsewhere.",
    "moved_to_risky_business": "Accounts that neither talk to us nor use what they bought are lost first.",
    "ticket_reopened": "A problem that comes back costs the customer more than one that stays open.",
    "action_alert_answer": "They asked to be contacted; silence is an answer too.",
    "decision_maker_left": "The successor was not there when we were chosen.",
    "opportunity_seats": "They are happy and nearly out of seats.",
    "opportunity_expansion": "They showed interest by themselves.",
    "blind_spot_key_account": "Our own people believe that it goes well, so nobody is working on it.",
    "unprofitable_marginal": "Serving this account costs more than it brings in.",
}
TITLES = {
    "low_score": "Low score",
    "score_drop": "Score fell",
    "silent_key_account": "Key account fell silent",
    "moved_to_risky_business": "Moved to risky business",
    "ticket_reopened": "Ticket reopened again and again",
    "action_alert_answer": "Customer asks for action",
    "decision_maker_left": "Decision maker left",
    "opportunity_seats": "Nearly out of seats",
    "opportunity_expansion": "Interest in expansion",
    "blind_spot_key_account": "Blind spot",
    "unprofitable_marginal": "Costs more than it brings in",
}
_REMINDER = "Reminder: it is due and still open."
_ESCALATION = "Escalated to you: the {role} has not taken it up in time."
_OTHERWISE = "A rule of yours asks for attention."


@dataclass(frozen=True)
class Line:
    """One alert in a message, in words."""

    alert_id: str
    rule_id: str
    severity: str
    account_id: str
    account: str
    tier: str
    what: str
    why: str
    do: str
    due_at: datetime | None
    due: str
    lead: str
    url: str

    @property
    def title(self) -> str:
        """The rule in words: `Low score`."""
        return TITLES.get(self.rule_id, self.rule_id.replace("_", " ").capitalize())

    @property
    def is_late(self) -> bool:
        """Whether it comes because nobody took it up in time."""
        return bool(self.lead)


@dataclass(frozen=True)
class Digest:
    """A message to one owner; `roles`: those of its alerts, for the address of whoever is in none by name."""

    message_id: str
    owner: str
    owner_name: str
    roles: tuple[str, ...]
    lines: tuple[Line, ...]
    page: str

    @property
    def subject(self) -> str:
        """What stands in the list of the owner's inbox."""
        return self.heading("you" if not self.owner.startswith("role:") else self.owner_name)

    def heading(self, whom: str) -> str:
        """How many of which severity, or the one it is about."""
        if len(self.lines) == 1:
            [line] = self.lines
            return clean(f"[{line.severity}] {line.title}: {line.account}", 120)
        counts = [(severity, len(lines)) for severity, lines in self.by_severity()]
        said = ", ".join(f"{number} {severity}" for severity, number in counts)
        return f"{len(self.lines)} alerts for {whom}: {said}"

    def by_severity(self) -> list[tuple[str, list[Line]]]:
        """Severity -> its lines, worst first; only those there are."""
        found = [(severity, [line for line in self.lines if line.severity == severity]) for severity in SEVERITIES]
        return [(severity, lines) for severity, lines in found if lines]

    def in_full(self) -> list[tuple[str, int, list[Line]]]:
        """Severity, how many, and those of them that a mail has in full; the worst of all come first."""
        shown = set(self.lines[:MOST_IN_FULL])
        found = [
            (severity, len(lines), [line for line in lines if line in shown]) for severity, lines in self.by_severity()
        ]
        return [each for each in found if each[2]]

    @property
    def more(self) -> int:
        """How many a mail only counts."""
        return max(0, len(self.lines) - MOST_IN_FULL)


def make_digest(
    held: Claim,
    items: Sequence[Item],
    alerts: dict[str, Alert],
    steps: dict[str, list[Step]],
    since: dict[str, datetime],
    people: dict[str, Employee],
    hours: Hours,
    base_url: str,
) -> Digest:
    """The message of the items that still need be told; an alert with several stages stands in it once, at its last.

    `since`: when the clock of each alert's steps began.
    """
    site = f"{base_url.rstrip('/')}/scoreboard"
    latest: dict[str, str] = {}
    for item in items:
        before = latest.get(item.alert_id, NOTICE)
        latest[item.alert_id] = max(before, item.stage, key=lambda stage: step_of(stage) or 0)
    lines = [
        _line(alerts[alert_id], stage, steps.get(alert_id, []), since.get(alert_id), hours, site)
        for alert_id, stage in latest.items()
    ]
    lines.sort(key=lambda line: (SEVERITIES.index(line.severity), not line.is_late, line.account, line.alert_id))
    role = held.owner.removeprefix("role:")
    name = people[held.owner].full_name if held.owner in people else role.replace("_", " ").capitalize()
    return Digest(
        message_id=held.message_id,
        owner=held.owner,
        owner_name=clean(name, 80),
        roles=tuple(dict.fromkeys(_role(alerts[each], stage, steps.get(each, [])) for each, stage in latest.items())),
        lines=tuple(lines),
        page=f"{site}/alerts",
    )


def clean(text: str, longest: int) -> str:
    """One line of printable characters: names come from the customers' files."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _role(alert: Alert, stage: str, steps: list[Step]) -> str:
    """Whom a stage is for."""
    return next((step.to_role for step in steps if step.step_number == step_of(stage)), alert.owner_role)


def _line(alert: Alert, stage: str, steps: list[Step], since: datetime | None, hours: Hours, site: str) -> Line:
    number = step_of(stage)
    chosen = next((step for step in steps if number is None or step.step_number == number), None)
    due = due_at(alert, chosen, since or alert.opened_at, hours) if chosen else None
    do, lead, due_said = alert.action, "", ""
    if number is not None and chosen:
        is_owner = chosen.to_role == alert.owner_role
        do, lead = chosen.action, _REMINDER if is_owner else _ESCALATION.format(role=alert.owner_role.replace("_", " "))
    if due:
        local = due.astimezone(hours.zone)
        due_said = f"{'since ' if lead else ''}{local:%a %d %b %Y, %H:%M} ({hours.zone.key})"
    return Line(
        alert_id=alert.alert_id,
        rule_id=alert.rule_id,
        severity=alert.severity,
        account_id=alert.account_id,
        account=clean(alert.account_name, 120),
        tier=f"{alert.account_tier} account" if alert.account_tier else "",
        what=clean(alert.description, 1000),
        why=WHY.get(alert.rule_id, _OTHERWISE),
        do=clean(do, 300),
        due_at=due,
        due=due_said,
        lead=lead,
        url=f"{site}/alert?id={quote(alert.alert_id)}",
    )

"""The proof that the histories bite: each rule that "at most once" rests on is taken out of the code in turn, and they must find it.

Some rules need hundreds of histories to be missed, so this takes seconds, and a minute where one is found no more.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from scoreboard.alerts import claims, deliver, outbox, queueing
from tests.alerts.histories import run_trials

TRIALS = 1000

# of each rule: the module, the words that say it, and what takes their place
RULES = {
    "`sending` is on the disk before anything leaves": [
        (claims, '_change(connection, held, ("claimed",), "sending", now, lease_until=as_text(now + LEASE))', "pass"),
        (claims, '("sending", "unknown", "sent"), "sent"', '("claimed", "sending", "unknown", "sent"), "sent"'),
    ],
    "what was begun and not ended is not tried again": [
        (claims, '("sending", "unknown", NOBODY_TOLD)', '("sending", "queued", "")')
    ],
    "an unclear answer is not tried again": [
        (
            deliver,
            "claims.unknown(self.store, held, self.now(), reason)",
            "claims.refused(self.store, held, self.now(), reason)",
        )
    ],
    "a message is sent once it was taken, not before": [
        (claims, '("claimed",), "sending", now', '("claimed",), "sent", now')
    ],
    "whoever lost a claim can change nothing": [(claims, " and fence = :fence", "")],
    "what is held by one is not given to another": [
        (
            claims,
            "where state = 'queued' and not_before",
            "where state in ('queued', 'claimed', 'sending') and not_before",
        )
    ],
    "the key of a delivery is unique": [
        (outbox, "primary key (rule_id, subject_id, period, channel, stage)", "check (1)"),
        (outbox, "primary key (rule_id, subject_id, period)", "check (1)"),
        (outbox, "create unique index", "create index"),
        (queueing, "if alert.alert_id in seen:", "if False:"),
        (queueing, "on conflict (rule_id, subject_id, period, channel, stage) do update", ""),
        (
            queueing,
            "set is_needed = 1, message_id = null, owner = excluded.owner, queued_at = excluded.queued_at where not is_needed",
            "",
        ),
    ],
    "only what was left out of its message is needed again": [
        (queueing, "if alert.alert_id in left_out:", "if True:"),
        (queueing, "and stage = ? and not is_needed", "and stage = ?"),
    ],
    "what began to be sent is known outside the outbox as well": [
        (deliver, "if before := self._begun.before(held):", "if before := {}:")
    ],
    "what vanished is told when it is back": [(queueing, "if alert.alert_id in left_out:", "if False:")],
}


def without(patch: pytest.MonkeyPatch, module: ModuleType, changes: list[tuple[str, str]]) -> None:
    """The module's functions, methods and texts as if it said something else."""
    source = inspect.getsource(module)
    for words, instead in changes:
        assert source.count(words) == 1, f"{module.__name__} does not say {words!r} any more, or twice"
        source = source.replace(words, instead)
    changed = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec"), changed)  # noqa: S102 - our own source
    for name, value in list(changed.items()):
        mine = getattr(module, name, None)
        if isinstance(value, type) and value.__module__ == module.__name__ and value is not mine:
            for part, method in vars(value).items():
                if isinstance(method, FunctionType) and not part.startswith("__"):
                    patch.setattr(mine, part, method)
            changed[name] = mine  # others know the class by identity
        elif isinstance(value, str | FunctionType) and not name.startswith("__"):
            patch.setattr(module, name, value)


@pytest.mark.parametrize("rule", RULES)
def test_the_histories_find_it_where_a_rule_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    changes: dict[ModuleType, list[tuple[str, str]]] = {}
    for module, words, instead in RULES[rule]:
        changes.setdefault(module, []).append((words, instead))
    for module, of_module in changes.items():
        without(monkeypatch, module, of_module)
    with pytest.raises(AssertionError):
        run_trials(tmp_path, range(TRIALS), monkeypatch)

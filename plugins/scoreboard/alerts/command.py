"""`make alerts`: what became of the messages, what needs a person, and what that person decides."""

from __future__ import annotations

import getpass

from rich.console import Console
from rich.table import Table

from scoreboard.alerts.by_hand import call_settled, send_again, send_failed_again
from scoreboard.alerts.outbox import STATES, opened, outbox_path
from scoreboard.alerts.report import FOR_A_PERSON, counts, messages, waiting_sentences
from scoreboard.settings import Settings

ALL_FAILED = "failed"  # no message's id begins like that
_LATEST = 5


def run(settings: Settings, console: Console, again: str | None, settled: str | None) -> None:
    """Decide of the messages named, then show where everything stands. Raises NoSuchMessage."""
    if not outbox_path(settings).exists():
        console.print(
            f"No alert was ever queued in {settings.home}: action_alerts has not run there yet.", markup=False
        )
        return
    with opened(settings) as store:
        if again == ALL_FAILED:
            number = send_failed_again(store, getpass.getuser())
            console.print(
                f"{number} message{' goes' if number == 1 else 's go'} out with the next run of action_alerts."
            )
        elif again:
            message_id = send_again(store, again, getpass.getuser())
            console.print(f"{message_id[:8]} goes out with the next run of action_alerts.")
        if settled:
            console.print(f"{call_settled(store, settled, getpass.getuser())[:8]} is settled.")
    _show(settings, console)


def _show(settings: Settings, console: Console) -> None:
    by_channel = counts(settings)
    columns = [state for state in STATES if any(state in states for states in by_channel.values())]
    table = Table("messages by", *columns, box=None, pad_edge=False)
    for channel, states in by_channel.items():
        table.add_row(channel, *(str(states.get(state, 0)) for state in columns))
    console.print(table if by_channel else "Nothing was queued yet.")
    told = messages(settings, ("sent",), latest=_LATEST)
    if told:
        console.print("\nTold last:")
    for line in [*(f"  {each.sentence()}" for each in told), *(f"\n{said}." for said in waiting_sentences(settings))]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for_a_person = messages(settings, FOR_A_PERSON)
    if not for_a_person:
        console.print("\nNothing needs a person.")
        return
    console.print(
        "\nThese need a person. An unknown one: look whether it arrived, then make alerts AGAIN=<id> or SETTLED=<id>."
        " One that failed did not arrive: mend the cause, then AGAIN=<id>, or AGAIN=failed for all of them.",
        soft_wrap=True,
    )
    for each in for_a_person:
        console.print(f"  {each.sentence()}", markup=False, highlight=False, soft_wrap=True)

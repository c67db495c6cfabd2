"""Any history of tickets: channel switches, handoffs and the preferred channel are those of plain loops over the tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoreboard.quarter import Quarter
from tests.compiled_models import compiled, give, rows_of
from tests.effort import times

ZONE = "America/New_York"
# an hour before midnight in New York, three days before its clocks go forward: the week that follows has an hour less
START = datetime(2026, 3, 6, 4, 0, tzinfo=UTC)
FIRST_QUARTER = Quarter.parse("2024-Q1")


class Ticket(NamedTuple):
    """A ticket of fct_tickets; `hours` after START, `handlers` what its valid versions say."""

    account: str
    contact: str | None
    channel: str
    hours: int
    handlers: list[str | None]

    @property
    def created_at(self) -> datetime:
        return START + timedelta(hours=self.hours)

    @property
    def created_date(self) -> date:
        return self.created_at.astimezone(ZoneInfo(ZONE)).date()


class Contact(NamedTuple):
    """A ticket or counted response in the n-th quarter; without a channel where none was recorded."""

    account: str
    quarter: int
    channel: str | None
    is_ticket: bool


# few of everything and hours around the seventh day's ends, so that instants tie and days are just met and just missed
HOURS = st.one_of(st.integers(0, 30), st.integers(155, 200), st.integers(320, 400))
TICKETS = st.lists(
    st.builds(
        Ticket,
        account=st.sampled_from(["A", "B"]),
        contact=st.sampled_from([None, "C", "D"]),
        channel=st.sampled_from(["web", "phone"]),
        hours=HOURS,
        handlers=st.lists(st.sampled_from([None, "E1", "E2", "E3"]), min_size=1, max_size=4),
    ),
    max_size=14,
)
CONTACTS = st.lists(
    st.builds(
        Contact,
        account=st.sampled_from(["A", "B"]),
        quarter=st.integers(0, 7),
        channel=st.sampled_from(["web", "Web", "phone", "é", None]),
        is_ticket=st.booleans(),
    ).filter(lambda contact: contact.channel is not None or not contact.is_ticket),
    max_size=20,
)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def switched(tickets: dict[str, Ticket], ticket_id: str) -> bool:
    """Whether the contact's ticket before this one, if any, came at most seven days earlier by another channel."""
    ticket = tickets[ticket_id]
    if ticket.contact is None:
        return False
    before = [
        (other.hours, other_id.encode())
        for other_id, other in tickets.items()
        if (other.account, other.contact) == (ticket.account, ticket.contact)
        and (other.hours, other_id.encode()) < (ticket.hours, ticket_id.encode())
    ]
    if not before:
        return False
    latest = tickets[max(before)[1].decode()]
    return latest.channel != ticket.channel and (ticket.created_date - latest.created_date).days <= 7


@settings(deadline=None, max_examples=times(20))
@given(TICKETS)
# from the first instant of a local day to the last hour of the seventh day after it, and to the first of the eighth
@example([Ticket("A", "C", "web", 1, [None]), Ticket("A", "C", "phone", 191, ["E1"])])
@example([Ticket("A", "C", "web", 1, [None]), Ticket("A", "C", "phone", 192, ["E1"])])
def test_switches_and_handoffs_are_those_of_a_loop(
    warehouse: duckdb.DuckDBPyConnection, given_tickets: list[Ticket]
) -> None:
    # numbers without zeros before them: T10 comes before T9 in byte order
    tickets = {f"T{number}": ticket for number, ticket in enumerate(given_tickets, start=8)}
    columns = (
        "ticket_id varchar, account_id varchar, contact_id varchar, channel varchar, created_at timestamptz,"
        " quarter_start_date date, reopen_count bigint, reply_count bigint"
    )
    rows = [
        (name, t.account, t.contact, t.channel, t.created_at, date(2026, 1, 1), None, None)
        for name, t in tickets.items()
    ]
    give(warehouse, "marts.fct_tickets", columns, rows)
    versions = [
        (name, handler, "current" if number == 0 else "replaced")
        for name, ticket in tickets.items()
        for number, handler in enumerate(ticket.handlers)
    ]
    give(warehouse, "intermediate.int_tickets_judged", "ticket_id varchar, assignee_id varchar, fate varchar", versions)
    sql = compiled(("int_tickets_observed",), timezone=ZONE)["int_tickets_observed"]

    found = {
        row["ticket_id"]: (row["handoff_count"], row["is_channel_switch"], row["reopen_count"], row["reply_count"])
        for row in rows_of(warehouse, sql)
    }

    assert found == {
        name: (max(len({*ticket.handlers} - {None}) - 1, 0), switched(tickets, name), 0, None)
        for name, ticket in tickets.items()
    }


@settings(deadline=None, max_examples=times(20))
@given(CONTACTS)
def test_the_preferred_channel_is_that_of_a_loop(warehouse: duckdb.DuckDBPyConnection, contacts: list[Contact]) -> None:
    quarters = [FIRST_QUARTER]
    while len(quarters) < 8:
        quarters.append(quarters[-1].next)
    columns = "quarter_start_date date, quarter_index integer"
    give(warehouse, "intermediate.int_quarters", columns, [(q.start, n) for n, q in enumerate(quarters)])
    rows = [(c.account, quarters[c.quarter].start, c.channel, c.is_ticket) for c in contacts]
    columns = "account_id varchar, quarter_start_date date, channel varchar"
    give(warehouse, "marts.fct_tickets", columns, [row[:3] for row in rows if row[3]])
    columns += ", exclusion_reason varchar"
    give(warehouse, "intermediate.int_responses_excluded", columns, [(*row[:3], None) for row in rows if not row[3]])
    sql = compiled(("int_channels_preferred",))["int_channels_preferred"]

    found = {
        (row["account_id"], row["quarter_start_date"]): row["preferred_channel"] for row in rows_of(warehouse, sql)
    }

    expected = {}
    for account in ("A", "B"):
        for number, quarter in enumerate(quarters):
            used = Counter(
                c.channel
                for c in contacts
                if c.account == account and number - 3 <= c.quarter <= number and c.channel is not None
            )
            if used:
                expected[account, quarter.start] = min(used, key=lambda name: (-used[name], name.encode()))
    assert found == expected

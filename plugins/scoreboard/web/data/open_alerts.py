"""How many alerts wait for somebody this second: the published ones, moved by what people have done about them since.

Whatever a page says about open alerts comes from here or from `alerts`, so that all pages agree with one another. The log is short
and the tables are long: what a log moved is worked out once for as long as it stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from scoreboard.warehouse.quoting import Quoted, fill
from scoreboard.web.data.alerts import SETTLED, SEVERITIES, STANDING, UNSETTLED
from scoreboard.web.data.listing import LendingTables, Row
from scoreboard.web.data.live_alerts import LiveAlerts

_MOVED = pa.schema([("account_id", pa.string()), ("moved", pa.int64())])
_OPEN = Quoted(str(list(UNSETTLED)))


class KeepingTables(LendingTables, Protocol):
    """Tables that keep what was worked out of them and of something that changes."""

    def latest(self, key: Hashable, mark: object, make: Callable[[], Any], /) -> Any:
        """What `make` gave for this very `mark`."""


def moved(tables: KeepingTables, live: LiveAlerts) -> pa.Table:
    """account -> how many more (or, below zero, fewer) of its alerts are open than were published; only who differs."""

    def work_out() -> pa.Table:
        tables.lend("live_alerts", live.table)
        rows = tables.rows(
            fill(
                "select * from ("
                " select alerts.account_id, cast(sum(list_contains({open}, live.state)::integer"
                "   - list_contains({open}, alerts.state)::integer) as bigint) as moved"
                " from marts.fct_action_alerts as alerts inner join live_alerts as live on alerts.alert_id = live.alert_id"
                " where live.state is not null group by alerts.account_id"
                ") where moved <> 0 order by account_id",
                open=_OPEN,
            )
        )
        return pa.Table.from_pylist(rows, schema=_MOVED)

    table: pa.Table = tables.latest("open_alerts.moved", live, work_out)
    return table


def by_severity(tables: KeepingTables, live: LiveAlerts) -> list[Row]:
    """Alerts that wait for somebody, by severity, gravest first, and at how many accounts."""

    def count() -> list[Row]:
        tables.lend("live_alerts", live.table)
        return tables.rows(
            fill(
                "with alerts as ({standing})"
                " select severity, count(*) as alerts, count(distinct account_id) as accounts from alerts"
                " where list_contains({open}, state) group by severity order by list_position({severities}, severity)",
                standing=STANDING,
                open=_OPEN,
                severities=Quoted(str(list(SEVERITIES))),
            )
        )

    rows: list[Row] = tables.latest("open_alerts.by_severity", live, count)
    return rows


def of_accounts(tables: LendingTables, live: LiveAlerts, account_ids: Sequence[str]) -> dict[str, int]:
    """account -> how many of its alerts are open; who has none is left out."""
    if not account_ids:
        return {}
    tables.lend("live_alerts", live.table)
    rows = tables.rows(
        fill(
            "with alerts as ({standing} where alerts.account_id in (select unnest(?)))"
            " select account_id, count(*) as open_alerts from alerts where list_contains({open}, state) group by account_id",
            standing=STANDING,
            open=_OPEN,
        ),
        [list(account_ids)],
    )
    return {row["account_id"]: row["open_alerts"] for row in rows}


def settled_before(tables: LendingTables, live: LiveAlerts, account_id: str, quarter: date) -> int:
    """How many of the account's alerts of the quarter before this one are settled by now."""
    tables.lend("live_alerts", live.table)
    [found] = tables.rows(
        fill(
            "with alerts as ({standing} where alerts.account_id = ? and alerts.quarter_start_date ="
            "   (select max(quarter_start_date) from marts.dim_quarters where quarter_start_date < ?))"
            " select count(*) as settled from alerts where list_contains({settled}, state)",
            standing=STANDING,
            settled=Quoted(str(list(SETTLED))),
        ),
        [account_id, quarter],
    )
    settled: int = found["settled"]
    return settled

"""Action alerts as they stand this second: the published ones, and over them what people have done since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from scoreboard.alerts.states import STATES
from scoreboard.warehouse.quoting import Quoted, fill, identifier, literal
from scoreboard.web.data.listing import Conditions, LendingTables, Listing, Row, Tables, order_by
from scoreboard.web.data.live_alerts import LiveAlerts
from scoreboard.web.paging import Pages

SEVERITIES = ("critical", "high", "medium", "low")
UNSETTLED = ("open", "acknowledged", "in_progress")
SETTLED = ("resolved", "verified")
# what the state filter takes: one state, those that still wait for somebody, or all
STATE_CHOICES = ("unsettled", *STATES, "all")
NOBODY = "nobody"

_TIES = "opened_at desc, alert_id"
SORTS = {
    "severity": "case severity when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end",
    "opened": "opened_at",
    "changed": "changed_at",
    # a description begins with the account's name
    "account": "description",
}
_OTHERS_SHOWN = 8
_PEOPLE_SHOWN = 500

# live_alerts is lent to the connection first. Only the columns that a question names are read.
STANDING = Quoted("""
    select alerts.* exclude (state), coalesce(live.state, alerts.state) as state,
        coalesce(live.changed_at, alerts.state_changed_at) as changed_at,
        coalesce(live.assigned_to, alerts.owner_id) as holder_id
    from marts.fct_action_alerts as alerts
    left join live_alerts as live on alerts.alert_id = live.alert_id
""")
_LIVE = """
    select alerts.alert_id, alerts.rule_id, alerts.severity, alerts.account_id, alerts.contact_id, alerts.subject_id,
        alerts.quarter_start_date, alerts.opened_at, alerts.is_provisional, alerts.description, alerts.action,
        alerts.owner_role, alerts.owner_id, alerts.state as published_state,
        coalesce(live.state, alerts.state) as state, coalesce(live.changed_at, alerts.state_changed_at) as changed_at,
        live.changed_by, live.assigned_to, coalesce(live.assigned_to, alerts.owner_id) as holder_id,
        accounts.account_name
    from marts.fct_action_alerts as alerts
    left join live_alerts as live on alerts.alert_id = live.alert_id
    left join marts.dim_accounts as accounts on alerts.account_id = accounts.account_id
"""


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts, in which order; None or empty leaves a thing open. `holder` is an employee's id, or `nobody`."""

    state: str = "unsettled"
    severity: str | None = None
    rule: str | None = None
    role: str | None = None
    holder: str | None = None
    account: str | None = None
    text: str | None = None
    is_overdue: bool = False
    sort: str = "severity"
    is_descending: bool = True
    page: int = 1


def due_before(record: dict[str, Any]) -> datetime:
    """The local midnight that ends a version's as-of day: what was due before it is overdue."""
    as_of = date.fromisoformat(record["as_of"])
    return datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(record["settings"]["timezone"]))


def alerts(tables: LendingTables, live: LiveAlerts, wanted: AlertFilter, overdue_at: datetime) -> Listing:
    """The alerts that match, a page of them with account, holder and overdue steps; counted per state, whatever state is asked for."""
    tables.lend("live_alerts", live.table)
    conditions = _conditions(wanted, overdue_at)
    counted = tables.rows(
        fill(
            "with alerts as ({standing}) select state, count(*) as alert_count from alerts where {conditions} group by state",
            standing=STANDING,
            conditions=conditions.sql,
        ),
        conditions.values,
    )
    by_state = {row["state"]: row["alert_count"] for row in counted}
    shown_states = states_of(wanted.state)
    pages = Pages(wanted.page, sum(by_state.get(state, 0) for state in shown_states))
    conditions.add(f"state in ({', '.join('?' * len(shown_states))})", *shown_states)
    # first which alerts, from narrow columns; their long texts are then read for those of the page alone
    found = tables.rows(
        fill(
            "with alerts as ({standing}) select alert_id from alerts where {conditions} order by {order} limit {size} offset {offset}",
            standing=STANDING,
            conditions=conditions.sql,
            order=order_by(SORTS[wanted.sort], wanted.is_descending, _TIES),
            size=literal(pages.per_page),
            offset=literal(pages.offset),
        ),
        conditions.values,
    )
    return Listing(_detailed(tables, [row["alert_id"] for row in found], overdue_at), pages, by_state)


def _detailed(tables: Tables, alert_ids: list[str], overdue_at: datetime) -> list[Row]:
    """The alerts of these ids in their order, with names and how many steps are overdue."""
    rows = tables.rows(
        fill(
            "with alerts as ({live} where alerts.alert_id in (select unnest(?))),"
            " late as (select alert_id as late_id, count(*) as overdue_steps, min(due_at) as overdue_since"
            "   from marts.rpt_alert_escalations where due_at < ? and alert_id in (select unnest(?)) group by alert_id)"
            " select alerts.*, holders.full_name as holder_name, late.overdue_steps, late.overdue_since"
            " from alerts"
            " left join marts.dim_employees as holders on alerts.holder_id = holders.employee_id"
            " left join late on alerts.alert_id = late.late_id and list_contains({unsettled}, alerts.state)",
            live=Quoted(_LIVE),
            unsettled=Quoted(str(list(UNSETTLED))),
        ),
        [alert_ids, overdue_at, alert_ids],
    )
    return sorted(rows, key=lambda row: alert_ids.index(row["alert_id"]))


def states_of(choice: str) -> tuple[str, ...]:
    """The states that a choice of the state filter stands for."""
    return {"unsettled": UNSETTLED, "all": STATES}.get(choice, (choice,))


def alert(tables: LendingTables, live: LiveAlerts, alert_id: str) -> Row | None:
    """One alert as it stands, with the names of whom it is about and who holds it; None where the version has no such alert."""
    tables.lend("live_alerts", live.table)
    found = tables.rows(
        fill(
            "with alerts as ({live} where alerts.alert_id = ?)"
            " select alerts.*, holders.full_name as holder_name, contacts.full_name as contact_name,"
            "   contacts.job_title as contact_title, quarters.quarter_label"
            " from alerts"
            " left join marts.dim_employees as holders on alerts.holder_id = holders.employee_id"
            " left join marts.dim_contacts as contacts on alerts.contact_id = contacts.contact_id"
            " left join marts.dim_quarters as quarters on alerts.quarter_start_date = quarters.quarter_start_date",
            live=Quoted(_LIVE),
        ),
        [alert_id],
    )
    return found[0] if found else None


def steps(tables: Tables, alert_id: str) -> list[Row]:
    """The steps of an alert's escalation in their order."""
    return tables.rows(
        "select step_number, due_at, to_role, action from marts.rpt_alert_escalations where alert_id = ? order by step_number",
        [alert_id],
    )


def others_of(tables: LendingTables, live: LiveAlerts, account_id: str, alert_id: str) -> list[Row]:
    """The newest other alerts at the same account that still wait for somebody."""
    tables.lend("live_alerts", live.table)
    return tables.rows(
        fill(
            "with alerts as ({live} where alerts.account_id = ? and alerts.alert_id <> ?)"
            " select * from alerts where list_contains({unsettled}, state) order by {order} limit {size}",
            live=Quoted(_LIVE),
            unsettled=Quoted(str(list(UNSETTLED))),
            order=Quoted(_TIES),
            size=literal(_OTHERS_SHOWN),
        ),
        [account_id, alert_id],
    )


def waiting_of(tables: LendingTables, live: LiveAlerts, account_id: str, most: int) -> list[Row]:
    """An account's alerts that wait for somebody this second, gravest and newest first, each with how many there are in all."""
    tables.lend("live_alerts", live.table)
    return tables.rows(
        fill(
            "with alerts as ({live} where alerts.account_id = ?)"
            " select *, count(*) over () as total from alerts where list_contains({unsettled}, state)"
            " order by {order} limit {size}",
            live=Quoted(_LIVE),
            unsettled=Quoted(str(list(UNSETTLED))),
            order=order_by(SORTS["severity"], True, _TIES),
            size=literal(most),
        ),
        [account_id],
    )


def kinds_of(tables: Tables, column: Literal["rule_id", "owner_role"]) -> list[str]:
    """Every value that the alerts have in a column of codes."""
    found = tables.rows(
        fill(
            "select distinct {column} as code from marts.fct_action_alerts where {column} is not null order by code",
            column=identifier(column),
        )
    )
    return [row["code"] for row in found]


def holders(tables: Tables) -> list[tuple[str, str]]:
    """(id, name) of everybody who owns alerts by their account, for the filter; an empty name where it is not known."""
    found = tables.rows(
        fill(
            "select owners.owner_id, coalesce(employees.full_name, '') as full_name"
            " from (select distinct owner_id from marts.fct_action_alerts where owner_id is not null) as owners"
            " left join marts.dim_employees as employees on owners.owner_id = employees.employee_id"
            " order by full_name, owner_id limit {size}",
            size=literal(_PEOPLE_SHOWN),
        )
    )
    return [(row["owner_id"], row["full_name"]) for row in found]


def names(tables: Tables, employee_ids: Iterable[str]) -> dict[str, str]:
    """The names of some colleagues; those without one are left out."""
    wanted = sorted(set(employee_ids))
    if not wanted:
        return {}
    found = tables.rows(
        "select employee_id, full_name from marts.dim_employees where list_contains(?, employee_id) and full_name is not null",
        [wanted],
    )
    return {row["employee_id"]: row["full_name"] for row in found}


def people(tables: Tables) -> list[Row]:
    """Colleagues whom an alert can be given to, account managers first."""
    return tables.rows(
        fill(
            "select employee_id, full_name, job_title from marts.dim_employees where is_active"
            " order by function is distinct from 'account_management', full_name, employee_id limit {size}",
            size=literal(_PEOPLE_SHOWN),
        )
    )


def person(tables: Tables, told: str) -> list[Row]:
    """The active colleagues a text may mean: by id, else by the whole name in any case."""
    return tables.rows(
        "select employee_id, full_name from marts.dim_employees where is_active and (employee_id = ? or"
        " (lower(full_name) = lower(?) and not exists (select 1 from marts.dim_employees where employee_id = ?)))"
        " order by employee_id",
        [told, told, told],
    )


def _conditions(wanted: AlertFilter, overdue_at: datetime) -> Conditions:
    conditions = Conditions()
    conditions.equal("severity", wanted.severity)
    conditions.equal("rule_id", wanted.rule)
    conditions.equal("owner_role", wanted.role)
    conditions.equal("account_id", wanted.account)
    if wanted.holder == NOBODY:
        conditions.add("holder_id is null")
    else:
        conditions.equal("holder_id", wanted.holder)
    if wanted.text:
        conditions.add("contains(lower(description), lower(?))", wanted.text)
    if wanted.is_overdue:
        conditions.add(
            "state in ('open', 'acknowledged', 'in_progress') and alert_id in (select alert_id from marts.rpt_alert_escalations where due_at < ?)",
            overdue_at,
        )
    return conditions

"""The tasks that fetch from vendors and loaders: choose what feeds a domain, land each feed by itself, map it to entities."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, get_current_context, task
from airflow.timetables.trigger import MultipleCronTriggerTimetable

from scoreboard.entities import Domain
from scoreboard.orchestration.current_run import current_run
from scoreboard.orchestration.house import WAREHOUSE_POOL
from scoreboard.quarter import SETTLE_DAYS
from scoreboard.settings import Settings

EVERY = timedelta(hours=1)  # what a run of an extract stands for

ACCEPT_VANISHED = Param(
    False,
    type="boolean",
    description="Believe a source that lists at most half of what it did, once a person has looked at it.",
)
EXTRACT_PARAMS = {
    "full_refresh": Param(
        False,
        type="boolean",
        description="Read every stream from its beginning; only what never landed is landed. Safe beside normal runs.",
    ),
    "accept_vanished": ACCEPT_VANISHED,
}


def from_sources(domain: Domain) -> list[Any]:
    """The tasks that `validate` waits for beside the file drop; none where a domain is fed by files only."""
    if Settings.from_environment().adapters_of(domain) == ["files"]:
        return []
    landed = land_source.expand(source=choose_sources(domain))
    mapped = map_to_entities(domain)
    landed >> mapped
    return [mapped]


@task
def choose_sources(domain: Domain) -> list[dict[str, Any]]:
    """Every stream of every connection, so that each lands, fails and is tried again by itself."""
    from scoreboard.landing.feeds import feeds_of

    settings, _ = current_run()
    return feeds_of(settings, domain)


@task(map_index_template="{{ source_label }}", execution_timeout=timedelta(hours=2))  # type: ignore[untyped-decorator]
def land_source(source: dict[str, Any]) -> list[dict[str, Any]]:
    """Land what is new; in a backfill, what belongs to its interval, without touching the cursor."""
    from scoreboard.journal import note_read
    from scoreboard.landing.feeds import label, land_feed

    context = get_current_context()
    context["source_label"] = label(source)
    params = context["params"]
    settings, run_id = current_run()
    landed = land_feed(
        settings,
        source,
        run_id,
        window=backfill_window(context["dag_run"]),
        full_refresh=params["full_refresh"],
        accept_vanished=params["accept_vanished"],
    )
    for one in landed:
        note_read(settings, f"{source['adapter']}@{source['connection']}", one["stream"], run_id, one["rows"])
    return landed


# nothing to land is no reason not to map: what landed before may be mapped by new rules
@task(pool=WAREHOUSE_POOL, trigger_rule=TriggerRule.NONE_FAILED, execution_timeout=timedelta(hours=2))  # type: ignore[untyped-decorator]
def map_to_entities(domain: Domain) -> dict[str, Any]:
    """Everything landed of the domain's vendors becomes canonical rows, a snapshot for the door to judge."""
    from scoreboard.mapping.run import map_domain

    return map_domain(current_run()[0], domain, current_run()[1])


@task
def choose_streams(params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The API streams to reconcile: all, or those of the adapter asked for."""
    settings, _ = current_run()
    if all(adapter == "files" for _, adapter in settings.adapters):
        return []
    from scoreboard.landing.feeds import api_feeds

    asked = (params or {}).get("adapter")
    return [feed for feed in api_feeds(settings) if asked in (None, feed["adapter"])]


@task(map_index_template="{{ source_label }}", execution_timeout=timedelta(hours=2))  # type: ignore[untyped-decorator]
def reconcile(source: dict[str, Any]) -> list[str]:
    """Compare one stream with its source and mend the difference; gives the sentences of the report."""
    from scoreboard.landing.feeds import label, reconcile_feed

    context = get_current_context()
    context["source_label"] = label(source)
    settings, run_id = current_run()
    reports = reconcile_feed(settings, source, run_id, accept_vanished=context["params"]["accept_vanished"])
    return [report["sentence"] for report in reports]


def backfill_window(dag_run: Any) -> tuple[datetime, datetime] | None:
    """The stretch a backfill's run stands for, None for any other run: the hour up to the instant it was due."""
    if str(getattr(dag_run.run_type, "value", dag_run.run_type)) != "backfill":
        return None
    end = dag_run.data_interval_end or dag_run.logical_date
    start = dag_run.data_interval_start or end
    return (start if start < end else end - EVERY), end


def weekly_and_before_closing(settings: Settings) -> MultipleCronTriggerTimetable:
    """Sundays at 03:00 local time, and at that hour on the day before a quarter closes."""
    months = sorted((settings.fiscal_start_month - 1 + 3 * quarter) % 12 + 1 for quarter in range(4))
    before = f"0 3 {SETTLE_DAYS - 1} {','.join(map(str, months))} *"
    return MultipleCronTriggerTimetable("0 3 * * 0", before, timezone=settings.timezone)

"""The two tasks of every extract DAG: land each entity, then judge the domain's new rows at the door."""

from __future__ import annotations

from typing import Any

from airflow.sdk import get_current_context, task

from scoreboard.entities import Domain
from scoreboard.orchestration.current_run import current_run


@task(map_index_template="{{ entity }}")  # type: ignore[untyped-decorator]
def land(entity: str) -> dict[str, Any]:
    """Turn the entity's dropped files into one immutable batch; nothing dropped, nothing landed."""
    from scoreboard.journal import note_read
    from scoreboard.landing.drop import land_entity
    from scoreboard.orchestration.landing_notes import note_landing

    context = get_current_context()
    context["entity"] = entity  # for map_index_template
    settings, run_id = current_run()
    landed = land_entity(settings, entity, run_id)
    note_read(settings, "files", entity, run_id, landed["rows"])
    note_landing(settings, run_id, context["dag"].dag_id, landed)
    return landed


@task
def validate(domain: Domain) -> dict[str, Any]:
    """Judge every batch not judged yet, and tell the warehouse: the Asset carries the counts."""
    from scoreboard.validation.door import validate_domain

    settings, run_id = current_run()
    judged = validate_domain(settings, domain, run_id)
    context = get_current_context()
    for asset in context["task"].outlets:
        context["outlet_events"][asset].extra = {"run_key": run_id} | totals(judged["batches"])
    return judged


def totals(batches: list[dict[str, Any]]) -> dict[str, int]:
    """Rows over all batches of one validation."""
    names = ("rows_landed", "rows_valid", "rows_quarantined")
    return {name: sum(batch[name] for batch in batches) for name in names}
